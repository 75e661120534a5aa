// SPDX-License-Identifier: Apache-2.0
// Ctrl-C as a question that loops ask: the first SIGINT or SIGTERM asks the run to stop
// and report what it has; the second one kills the process.
#pragma once

namespace straykey {

void install_interrupt_handler();
bool interrupted();

}  // namespace straykey
