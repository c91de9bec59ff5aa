// SPDX-License-Identifier: MIT
#include <poll.h>

#include <algorithm>
#include <cassert>
#include <cerrno>

#include <eddy/core/detail/backend.hpp>

#include "wake_event.hpp"

namespace eddy::detail {
namespace {

/// A clock of its own and nothing else: no descriptor ever becomes ready. Every request is refused
/// with EOPNOTSUPP; what runs here uses timers, threads and in-memory streams.
class sim_backend final : public backend {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "sim"; }

  [[nodiscard]] std::optional<int> submit(io_op&) noexcept override { return -EOPNOTSUPP; }

  void cancel(io_op&) noexcept override { assert(false && "no operation is ever in flight"); }

  void run_once(time_point until) noexcept override {
    if (until == time_point::max()) {
      pollfd waiting{.fd = wake_.fd(), .events = POLLIN, .revents = 0};
      ::poll(&waiting, 1, -1);
    }
    // Whoever woke us may have brought work that is due before `until`: the clock must not jump
    // past it.
    if (wake_.take() || until == time_point::max()) return;
    now_ = std::max(now_, until);
  }

  void wake() noexcept override { wake_.signal(); }

  [[nodiscard]] time_point now() noexcept override { return now_; }
  [[nodiscard]] bool owns_clock() const noexcept override { return true; }
  void forget(int) noexcept override {}

 private:
  time_point now_{};
  wake_event wake_{EFD_NONBLOCK};
};

}  // namespace

std::unique_ptr<backend> make_sim_backend() { return std::make_unique<sim_backend>(); }

}  // namespace eddy::detail
