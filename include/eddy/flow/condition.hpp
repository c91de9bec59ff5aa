// SPDX-License-Identifier: MIT
#pragma once

#include <eddy/core/task.hpp>
#include <eddy/flow/mutex.hpp>

namespace eddy {

/// Lets the holder of a mutex wait until another changed what the mutex guards.
///
/// `co_await changed.wait(guard, [&] { return !items.empty(); });` The mutex is free meanwhile and
/// locked again when the wait ends. Who is notified joins the mutex's line at once, so notified
/// tasks and others get it in arrival order, each woken only when it has it. Where nothing is
/// awaited while the mutex would be held, none is needed: see `event`.
/// Lifetime: must outlive its waiters, and the mutex must outlive it.
class condition {
 public:
  class waiting;

  explicit condition(mutex& guarding) noexcept : mutex_(guarding) {}
  condition(const condition&) = delete;
  condition& operator=(const condition&) = delete;

  /// Frees the mutex, waits for a notification and locks it again.
  /// Errors: throws `std::logic_error` if `held` does not hold this condition's mutex.
  /// Cancellation: takes effect once the mutex is locked again, so that `held` is right on every
  /// way out; a notification that has come already goes to the next waiter. Only the hard cancel
  /// that ends the grace time does not wait; `held` is empty then.
  /// Lifetime: `held` stays where it is until the wait ends.
  [[nodiscard("co_await it")]] waiting wait(mutex::guard& held) noexcept;

  /// Waits until `predicate()`, which is asked with the mutex held; goes on at once if it is true.
  /// Errors, Cancellation, Lifetime: as above; rethrows what `predicate` throws.
  template <class Predicate>
  [[nodiscard]] task<> wait(mutex::guard& held, Predicate predicate);

  /// Wakes the oldest waiter. The mutex need not be held.
  void notify_one() noexcept;
  /// Wakes all that wait now.
  void notify_all() noexcept;

 private:
  mutex& mutex_;
  detail::wait_queue waiters_;
};

class condition::waiting final : public detail::waiter {
 public:
  waiting(condition& c, mutex::guard& held) noexcept : condition_(c), held_(held) {}
  void suspend(detail::frame& owner);
  void await_resume() const noexcept {}

 private:
  friend class condition;
  void notified() noexcept;
  void lock() noexcept;
  void served() noexcept override;
  void cancel(detail::frame& owner, bool hard) noexcept override;
  [[nodiscard]] const char* describe() const noexcept override {
    return notified_ || leaving_ ? "mutex of its condition" : "condition";
  }

  condition& condition_;
  mutex::guard& held_;     // empty meanwhile
  bool notified_ = false;  // in the mutex's line, as when leaving; else in the condition's
  bool leaving_ = false;   // cancelled, and unwinds when it has the mutex
};

inline condition::waiting condition::wait(mutex::guard& held) noexcept { return {*this, held}; }

template <class Predicate>
task<> condition::wait(mutex::guard& held, Predicate predicate) {
  while (!predicate()) co_await wait(held);
}

}  // namespace eddy
