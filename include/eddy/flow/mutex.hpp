// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <utility>

#include <eddy/flow/detail/wait_queue.hpp>

namespace eddy {

/// Lets one task at a time into a section that contains a `co_await`; code without one needs no
/// lock, for tasks of a loop never run at the same time.
///
/// `auto guard = co_await m.lock();` Waiters enter in arrival order; nobody overtakes.
/// Lifetime: must outlive its guards and waiters.
class mutex {
 public:
  class guard;
  class locking;

  mutex() = default;
  mutex(const mutex&) = delete;
  mutex& operator=(const mutex&) = delete;

  /// Waits until the mutex is free and takes it. Cancellation: safe; an abandoned wait holds
  /// nothing.
  [[nodiscard("co_await it")]] locking lock() noexcept;
  /// Takes it only if it is free now.
  [[nodiscard]] std::optional<guard> try_lock() noexcept;
  [[nodiscard]] bool locked() const noexcept { return locked_; }

 private:
  friend class condition;
  void unlock() noexcept {
    // Handed straight to the oldest waiter: it stays locked in between, so nobody can slip in.
    if (waiters_.empty()) {
      locked_ = false;
    } else {
      waiters_.serve_front();
    }
  }

  bool locked_ = false;
  detail::wait_queue waiters_;
};

/// Holds a mutex; frees it when destroyed.
class [[nodiscard("a guard that is dropped unlocks at once")]] mutex::guard {
 public:
  explicit guard(mutex& of) noexcept : of_(&of) {}
  guard(guard&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
  guard& operator=(guard&& other) noexcept {
    std::swap(of_, other.of_);
    return *this;
  }
  ~guard() { unlock(); }
  /// Frees it now.
  void unlock() noexcept {
    if (mutex* m = std::exchange(of_, nullptr)) m->unlock();
  }

 private:
  friend class condition;
  mutex* of_;
};

class mutex::locking final : public detail::waiter {
 public:
  explicit locking(mutex& m) noexcept : mutex_(m) {}
  bool suspend(detail::frame& owner) noexcept {
    if (!std::exchange(mutex_.locked_, true)) return pass(owner);
    if (park(owner)) mutex_.waiters_.add(*this);
    return true;
  }
  guard await_resume() const noexcept { return guard(mutex_); }

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "mutex"; }
  mutex& mutex_;
};

inline mutex::locking mutex::lock() noexcept { return locking(*this); }

inline std::optional<mutex::guard> mutex::try_lock() noexcept {
  if (std::exchange(locked_, true)) return std::nullopt;
  return guard(*this);
}

}  // namespace eddy
