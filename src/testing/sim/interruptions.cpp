// SPDX-License-Identifier: MIT
#include "interruptions.hpp"

#include "network.hpp"
#include "socket.hpp"

namespace eddy::testing::sim {

interruptions::~interruptions() { network_.events.erase(*this); }

void interruptions::plan(socket& on, eddy::detail::io_op& op) {
  planned_.emplace_back(&on, &op);
  if (!armed()) network_.events.insert(*this, network_.now);
}

void interruptions::fire() noexcept {
  // Those that are started again may be interrupted again.
  for (const auto& [on, op] : std::exchange(planned_, {})) on->interrupt(*op);
}

}  // namespace eddy::testing::sim
