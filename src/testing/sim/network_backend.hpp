// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "core/sim_backend.hpp"
#include "network.hpp"

namespace eddy::testing::sim {

/// The virtual clock with a network on it. Descriptors that are not the network's are refused, with
/// EOPNOTSUPP: what a pipe does takes real time.
class network_backend final : public eddy::detail::sim_backend {
 public:
  explicit network_backend(std::uint64_t seed) : network_(seed) {}

  [[nodiscard]] std::optional<int> submit(eddy::detail::io_op& op) noexcept override;
  void cancel(eddy::detail::io_op& op) noexcept override;
  void run_once(time_point until) noexcept override;
  [[nodiscard]] time_point next_event() noexcept override { return network_.next_event(); }
  [[nodiscard]] eddy::detail::socket_calls& sockets() noexcept override { return network_; }

 private:
  network network_;
};

}  // namespace eddy::testing::sim
