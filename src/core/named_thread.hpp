// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>
#include <csignal>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace eddy::detail {

/// Blocks the signals that others send while it lives. A thread started meanwhile has them blocked
/// for good.
class signals_blocked {
 public:
  signals_blocked() noexcept {
    sigset_t all;
    sigfillset(&all);
    // What a thread does to itself: blocked, it would end the process without a handler's word.
    for (const int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGPROF}) {
      sigdelset(&all, own);
    }
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  signals_blocked(const signals_blocked&) = delete;
  signals_blocked& operator=(const signals_blocked&) = delete;
  ~signals_blocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

/// Starts `run` on a thread called `name-number`, with all signals blocked: they belong to the
/// threads of the program. Errors: throws `std::system_error`.
template <class F>
std::thread start_named_thread(std::string_view name, int number, F run) {
  constexpr std::size_t most = 15;  // what Linux keeps
  const std::string suffix = "-" + std::to_string(number);
  std::string full = std::string(name.substr(0, most - suffix.size())) + suffix;
  const signals_blocked guard;
  return std::thread([full = std::move(full), run = std::move(run)]() mutable {
    pthread_setname_np(pthread_self(), full.c_str());
    run();
  });
}

}  // namespace eddy::detail
