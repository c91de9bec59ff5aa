// SPDX-License-Identifier: MIT
#pragma once

#include <utility>
#include <vector>

#include <eddy/core/detail/backend.hpp>
#include <eddy/core/detail/timer_queue.hpp>

namespace eddy::testing::sim {

class network;
class socket;

/// Operations that a signal interrupts before they do anything, at the next turn of the loop.
class interruptions final : private eddy::detail::timer {
 public:
  explicit interruptions(network& all) noexcept : network_(all) {}
  ~interruptions();
  void plan(socket& on, eddy::detail::io_op& op);
  void forget(const eddy::detail::io_op& op) noexcept {
    if (!planned_.empty()) {
      std::erase_if(planned_, [&](const auto& each) { return each.second == &op; });
    }
  }

 private:
  void fire() noexcept override;

  network& network_;
  std::vector<std::pair<socket*, eddy::detail::io_op*>> planned_;
};

}  // namespace eddy::testing::sim
