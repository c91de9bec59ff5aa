// SPDX-License-Identifier: MIT
#pragma once

#include <eddy/flow/detail/wait_queue.hpp>

namespace eddy {

/// A flag that tasks can wait for.
///
/// Lifetime: must outlive its waiters.
class event {
 public:
  class waiting;

  event() = default;

  [[nodiscard]] bool is_set() const noexcept { return set_; }

  /// Sets the flag and wakes all that wait; a `clear` before they run does not put them back.
  void set() noexcept {
    set_ = true;
    waiters_.wake_all();
  }
  void clear() noexcept { set_ = false; }

  /// Waits until the flag is set; goes on at once if it is. Cancellation: safe.
  [[nodiscard("co_await it")]] waiting wait() noexcept;

 private:
  bool set_ = false;
  detail::wait_queue waiters_;
};

class event::waiting final : public detail::waiter {
 public:
  explicit waiting(event& e) noexcept : event_(e) {}
  bool suspend(detail::frame& owner) noexcept {
    if (event_.set_) return pass(owner);
    if (park(owner)) event_.waiters_.add(*this);
    return true;
  }
  void await_resume() const noexcept {}

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "event"; }
  event& event_;
};

inline event::waiting event::wait() noexcept { return waiting(*this); }

}  // namespace eddy
