// SPDX-License-Identifier: MIT
#pragma once

#include <eddy/core/detail/leaf.hpp>
#include <eddy/core/detail/queues.hpp>

namespace eddy::detail {

class settle_awaiter final : public leaf, private idle_waiter {
 public:
  void suspend(frame& owner) {
    if (!park(owner)) return;
    home().when_idle(*this);
  }
  void await_resume() const noexcept {}

 private:
  void idle() noexcept override { wake(); }
  void cancel(frame&, bool) noexcept override {
    home().forget_idle(*this);
    give_up();
  }
  [[nodiscard]] const char* describe() const noexcept override { return "all others to settle"; }
};

}  // namespace eddy::detail

namespace eddy::testing {

/// Waits until every other task of the loop waits: nothing is ready, nothing is due. The virtual
/// clock stands still meanwhile, and work with other threads is not waited for.
///
/// Says in a test "let them all get as far as they can", where counting `yield`s would say how far
/// that is today.
[[nodiscard("co_await it")]] inline detail::settle_awaiter settle() noexcept { return {}; }

}  // namespace eddy::testing
