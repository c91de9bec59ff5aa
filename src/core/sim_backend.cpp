// SPDX-License-Identifier: MIT
#include "sim_backend.hpp"

#include <poll.h>

#include <algorithm>
#include <cassert>
#include <cerrno>

namespace eddy::detail {

std::optional<int> sim_backend::submit(io_op&) noexcept { return -EOPNOTSUPP; }

void sim_backend::cancel(io_op&) noexcept { assert(false && "no operation is ever in flight"); }

void sim_backend::run_once(time_point until) noexcept {
  const bool waits = until == time_point::max();
  if (waits) {
    pollfd waiting{.fd = wake_.fd(), .events = POLLIN, .revents = 0};
    ::poll(&waiting, 1, -1);
  }
  // Whoever woke us may have brought work that is due before `until`: the clock must not jump past
  // it. Acquire pairs with the release in wake().
  const bool woken = woken_.exchange(false, std::memory_order_acquire);
  if (woken || waits) {
    (void)wake_.take();
  } else {
    now_ = std::max(now_, until);
  }
}

void sim_backend::wake() noexcept {
  // In this order a wait that the event ends finds the flag; at worst a later one ends in vain.
  woken_.store(true, std::memory_order_release);
  wake_.signal();
}

std::unique_ptr<backend> make_sim_backend() { return std::make_unique<sim_backend>(); }

}  // namespace eddy::detail
