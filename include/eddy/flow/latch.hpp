// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <stdexcept>

#include <eddy/flow/detail/wait_queue.hpp>

namespace eddy {

/// A count that goes down once; who waits goes on when it reaches zero, and from then on at once.
///
/// For work that has no handle to await: a number of steps, connections or start-ups. `barrier` is
/// the one that starts again.
/// Lifetime: must outlive its waiters.
class latch {
 public:
  class waiting;

  explicit latch(std::size_t count) noexcept : count_(count) {}
  latch(const latch&) = delete;
  latch& operator=(const latch&) = delete;

  /// Lowers the count by `steps`. Errors: throws `std::logic_error`, and changes nothing, if that
  /// is more than there are left.
  void count_down(std::size_t steps = 1) {
    if (steps > count_) {
      throw std::logic_error(
          "eddy: latch::count_down() beyond zero: more steps than it was made for");
    }
    count_ -= steps;
    if (count_ == 0) waiters_.wake_all();
  }

  /// Whether the count is zero.
  [[nodiscard]] bool try_wait() const noexcept { return count_ == 0; }
  /// The steps left.
  [[nodiscard]] std::size_t count() const noexcept { return count_; }

  /// Waits until the count is zero. Cancellation: safe.
  [[nodiscard("co_await it")]] waiting wait() noexcept;
  /// Lowers the count by one, at the call, and waits until it is zero. Errors: as `count_down`.
  /// Cancellation: ends the wait; the step stays counted.
  [[nodiscard("co_await it")]] waiting arrive_and_wait();

 private:
  std::size_t count_;
  detail::wait_queue waiters_;
};

class latch::waiting final : public detail::waiter {
 public:
  explicit waiting(latch& l) noexcept : latch_(l) {}
  bool suspend(detail::frame& owner) noexcept {
    if (latch_.try_wait()) return pass(owner);
    if (park(owner)) latch_.waiters_.add(*this);
    return true;
  }
  void await_resume() const noexcept {}

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "latch"; }
  latch& latch_;
};

inline latch::waiting latch::wait() noexcept { return waiting(*this); }

inline latch::waiting latch::arrive_and_wait() {
  count_down();
  return waiting(*this);
}

}  // namespace eddy
