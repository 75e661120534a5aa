// SPDX-License-Identifier: Apache-2.0
// Ctrl-C as a question that loops ask: the first SIGINT or SIGTERM asks the run to stop
// and report what it has; the second one kills the process.
#pragma once

namespace straykey {

void install_interrupt_handler();
bool interrupted();

// For a run that somebody waits for. After nine tenths of `seconds` interrupted() is true; who
// then still runs at `seconds` is ended at once, with `message` (which must live that long) on
// standard error and this exit code. One deadline a process, on top of install_...().
void set_deadline(double seconds, const char* message, int exit_code);
void clear_deadline();
// Whether it was the deadline that interrupted.
bool deadline_has_come();

}  // namespace straykey
