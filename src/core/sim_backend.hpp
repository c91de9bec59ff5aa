// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

#include <eddy/core/detail/backend.hpp>

#include "wake_event.hpp"

namespace eddy::detail {

/// A clock of its own and nothing else: no descriptor ever becomes ready. Every request is refused
/// with EOPNOTSUPP; what runs here uses timers, threads and in-memory streams.
class sim_backend : public backend {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "sim"; }
  [[nodiscard]] std::optional<int> submit(io_op& op) noexcept override;
  void cancel(io_op& op) noexcept override;
  void run_once(time_point until) noexcept override;
  void wake() noexcept override;
  [[nodiscard]] time_point now() noexcept override { return now_; }
  [[nodiscard]] bool owns_clock() const noexcept override { return true; }
  void forget(int) noexcept override {}

 private:
  time_point now_{};
  // The event ends a wait. The flag says the same without a system call, which each jump of the
  // clock would cost otherwise.
  std::atomic<bool> woken_ = false;
  wake_event wake_{EFD_NONBLOCK};
};

}  // namespace eddy::detail
