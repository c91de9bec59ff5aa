// SPDX-License-Identifier: MIT
#pragma once

#include <utility>
#include <vector>

#include <eddy/core/detail/backend.hpp>

#include "socket.hpp"

namespace eddy::testing::sim {

/// Operations that a signal interrupts before they do anything, at the next turn of the loop.
class interruptions {
 public:
  void plan(socket& on, eddy::detail::io_op& op) { planned_.emplace_back(&on, &op); }
  void forget(const eddy::detail::io_op& op) noexcept {
    std::erase_if(planned_, [&](const auto& each) { return each.second == &op; });
  }
  [[nodiscard]] bool any() const noexcept { return !planned_.empty(); }
  /// Those that are started again may be interrupted again.
  void carry_out() {
    for (const auto& [on, op] : std::exchange(planned_, {})) on->interrupt(*op);
  }

 private:
  std::vector<std::pair<socket*, eddy::detail::io_op*>> planned_;
};

}  // namespace eddy::testing::sim
