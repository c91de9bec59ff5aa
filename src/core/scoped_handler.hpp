// SPDX-License-Identifier: MIT
#pragma once

#include <csignal>

namespace eddy::detail {

/// A signal handler for as long as this lives; then the one before is put back.
class scoped_handler {
 public:
  scoped_handler(int signal, void (*handler)(int)) noexcept : signal_(signal) {
    struct sigaction action{};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, &before_);
  }
  scoped_handler(const scoped_handler&) = delete;
  scoped_handler& operator=(const scoped_handler&) = delete;
  ~scoped_handler() { sigaction(signal_, &before_, nullptr); }

 private:
  int signal_;
  struct sigaction before_{};
};

}  // namespace eddy::detail
