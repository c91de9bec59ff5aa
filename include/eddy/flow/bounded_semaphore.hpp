// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <stdexcept>

#include <eddy/flow/detail/wait_queue.hpp>

namespace eddy {

/// A semaphore whose permits are counted by hand: `acquire` here, `release` there.
///
/// For a permit that no object can carry from one to the other, as when an answer from outside
/// returns what a request took. Giving back more than was taken is a bug, and it is caught. Where
/// one scope does both, `semaphore` with its permit objects cannot be used wrongly in the first
/// place. Waiters are served in arrival order; nobody overtakes.
/// Lifetime: must outlive its waiters.
class bounded_semaphore {
 public:
  class acquiring;

  explicit bounded_semaphore(std::size_t permits) noexcept : free_(permits), bound_(permits) {}
  bounded_semaphore(const bounded_semaphore&) = delete;
  bounded_semaphore& operator=(const bounded_semaphore&) = delete;

  /// Waits for a free permit and takes it.
  /// Cancellation: safe until it has ended; a permit taken is lost unless somebody releases it, so
  /// where a cancel may come between the two, release it in a `finally`.
  [[nodiscard("co_await it")]] acquiring acquire() noexcept;

  /// Takes a permit only if one is free now and nobody waits.
  [[nodiscard]] bool try_acquire() noexcept {
    if (free_ == 0) return false;
    --free_;
    return true;
  }

  /// Gives a permit back, to the oldest waiter if there is one.
  /// Errors: throws `std::logic_error` if none is taken.
  void release() {
    if (free_ == bound_) {
      throw std::logic_error("eddy: bounded_semaphore::release() without an acquire()");
    }
    // Handed over without touching free_: were it counted as free, a try_acquire() before the
    // waiter runs would take it.
    if (waiters_.empty()) {
      ++free_;
    } else {
      waiters_.wake_front();
    }
  }

  [[nodiscard]] std::size_t available() const noexcept { return free_; }
  [[nodiscard]] std::size_t bound() const noexcept { return bound_; }

 private:
  std::size_t free_;  // 0 whenever somebody waits
  std::size_t bound_;
  detail::wait_queue waiters_;
};

class bounded_semaphore::acquiring final : public detail::waiter {
 public:
  explicit acquiring(bounded_semaphore& s) noexcept : semaphore_(s) {}
  bool suspend(detail::frame& owner) noexcept {
    if (semaphore_.try_acquire()) return pass(owner);
    if (park(owner)) semaphore_.waiters_.add(*this);
    return true;
  }
  void await_resume() const noexcept {}

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "semaphore"; }
  bounded_semaphore& semaphore_;
};

inline bounded_semaphore::acquiring bounded_semaphore::acquire() noexcept {
  return acquiring(*this);
}

}  // namespace eddy
