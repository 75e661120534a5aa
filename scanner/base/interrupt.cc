// SPDX-License-Identifier: Apache-2.0
#include "scanner/base/interrupt.h"

#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>

namespace straykey {
namespace {

// Written by a signal handler, on any thread, and read by others.
std::atomic<bool> asked_to_stop = false;
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void on_signal(int number) {
  asked_to_stop = true;
  std::signal(number, SIG_DFL);
}

std::atomic<bool> time_is_over = false;
// Written before the timer starts.
const char* last_words = "";
int last_code = 0;

extern "C" void on_timer(int) {
  if (time_is_over) {
    ssize_t ignored = ::write(STDERR_FILENO, last_words, std::strlen(last_words));
    (void)ignored;
    ::_exit(last_code);
  }
  time_is_over = true;
  asked_to_stop = true;
}

timeval to_timeval(double seconds) {
  timeval time{};
  time.tv_sec = static_cast<time_t>(seconds);
  time.tv_usec =
      static_cast<suseconds_t>((seconds - static_cast<double>(time.tv_sec)) * 1e6) + 1;
  return time;
}

}  // namespace

void set_deadline(double seconds, const char* message, int exit_code) {
  last_words = message;
  last_code = exit_code;
  struct sigaction action {};
  action.sa_handler = on_timer;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGALRM, &action, nullptr);
  itimerval timer{to_timeval(seconds * 0.1), to_timeval(seconds * 0.9)};
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

void clear_deadline() {
  itimerval none{};
  ::setitimer(ITIMER_REAL, &none, nullptr);
}

bool deadline_has_come() { return time_is_over; }

void install_interrupt_handler() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  // A closed pipe is an ordinary write error, handled where the report is written.
  std::signal(SIGPIPE, SIG_IGN);
}

bool interrupted() { return asked_to_stop; }

}  // namespace straykey
