// SPDX-License-Identifier: Apache-2.0
#include "scanner/base/interrupt.h"

#include <atomic>
#include <csignal>

namespace straykey {
namespace {

// Written by a signal handler, on any thread, and read by others.
std::atomic<bool> asked_to_stop = false;
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void on_signal(int number) {
  asked_to_stop = true;
  std::signal(number, SIG_DFL);
}

}  // namespace

void install_interrupt_handler() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  // A closed pipe is an ordinary write error, handled where the report is written.
  std::signal(SIGPIPE, SIG_IGN);
}

bool interrupted() { return asked_to_stop; }

}  // namespace straykey
