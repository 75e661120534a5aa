// SPDX-License-Identifier: Apache-2.0
#include "scanner/base/interrupt.h"

#include <csignal>

namespace straykey {
namespace {

volatile std::sig_atomic_t asked_to_stop = 0;

extern "C" void on_signal(int number) {
  asked_to_stop = 1;
  std::signal(number, SIG_DFL);
}

}  // namespace

void install_interrupt_handler() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  // A closed pipe is an ordinary write error, handled where the report is written.
  std::signal(SIGPIPE, SIG_IGN);
}

bool interrupted() { return asked_to_stop != 0; }

}  // namespace straykey
