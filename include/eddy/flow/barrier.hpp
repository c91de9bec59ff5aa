// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <stdexcept>

#include <eddy/flow/detail/wait_queue.hpp>

namespace eddy {

/// What `barrier::wait` throws when the barrier was aborted, or reset while it waited.
class broken_barrier : public std::runtime_error {
 public:
  broken_barrier()
      : std::runtime_error("the barrier was aborted, or reset while this task waited at it") {}
};

/// Holds tasks back until `parties` of them have come, lets these go on together and starts again.
///
/// `wait` gives each its place in the order of arrival, 0 to `parties - 1`, so that one of them can
/// do what is to be done once. A round that is complete is over at once: whoever comes next begins
/// another, and neither a cancel, a `reset` nor an `abort` takes back that the round was complete.
/// Lifetime: must outlive its waiters.
class barrier {
 public:
  class waiting;

  /// Errors: throws `std::invalid_argument` for no parties.
  explicit barrier(std::size_t parties) : parties_(parties) {
    if (parties == 0) throw std::invalid_argument("eddy: barrier needs one party at least");
  }
  barrier(const barrier&) = delete;
  barrier& operator=(const barrier&) = delete;

  /// Waits until the round is complete; the last to come does not wait.
  /// Errors: throws `broken_barrier` after `abort`, and if `reset` was called while it waited.
  /// Cancellation: safe; one who leaves is no longer counted, and the others wait for another.
  [[nodiscard("co_await it")]] waiting wait() noexcept;

  /// Starts over: those that wait now throw `broken_barrier`, and an aborted barrier works again.
  void reset() noexcept {
    broken_ = false;
    dismiss();
  }

  /// Breaks it for good, or until a `reset`: those that wait now or come later throw
  /// `broken_barrier`.
  void abort() noexcept {
    broken_ = true;
    dismiss();
  }

  [[nodiscard]] std::size_t parties() const noexcept { return parties_; }
  /// How many have come in this round.
  [[nodiscard]] std::size_t n_waiting() const noexcept { return arrived_; }
  [[nodiscard]] bool broken() const noexcept { return broken_; }

 private:
  void dismiss() noexcept {
    arrived_ = 0;
    waiters_.wake_all();
  }
  inline void complete() noexcept;

  std::size_t parties_;
  std::size_t arrived_ = 0;  // in line
  bool broken_ = false;
  detail::wait_queue waiters_;
};

class barrier::waiting final : public detail::waiter {
 public:
  explicit waiting(barrier& b) noexcept : barrier_(b) {}
  bool suspend(detail::frame& owner) noexcept {
    if (barrier_.broken_) return pass(owner);
    if (barrier_.arrived_ + 1 == barrier_.parties_) {
      pass_at(barrier_.arrived_);
      barrier_.complete();
      return pass(owner);
    }
    if (park(owner)) {
      barrier_.waiters_.add(*this);
      ++barrier_.arrived_;
    }
    return true;
  }
  std::size_t await_resume() const {
    if (!complete_) throw broken_barrier();
    return place_;
  }

 private:
  friend class barrier;
  void pass_at(std::size_t place) noexcept {
    place_ = place;
    complete_ = true;
  }
  void cancel(detail::frame& owner, bool hard) noexcept override {
    --barrier_.arrived_;
    waiter::cancel(owner, hard);
  }
  [[nodiscard]] const char* describe() const noexcept override { return "barrier"; }

  barrier& barrier_;
  std::size_t place_ = 0;
  bool complete_ = false;
};

inline void barrier::complete() noexcept {
  // Places are given here and not on arrival: some who came have left since.
  for (std::size_t place = 0; !waiters_.empty(); ++place) {
    static_cast<waiting&>(waiters_.front()).pass_at(place);
    waiters_.wake_front();
  }
  arrived_ = 0;
}

inline barrier::waiting barrier::wait() noexcept { return waiting(*this); }

}  // namespace eddy
