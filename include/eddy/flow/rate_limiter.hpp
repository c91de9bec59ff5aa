// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <eddy/core/detail/timer_queue.hpp>
#include <eddy/core/time.hpp>
#include <eddy/flow/detail/wait_queue.hpp>

namespace eddy {

template <class Key, class Hash>
class keyed_rate_limiter;

/// How far a rate limiter may fall behind its even pace.
struct rate_limiter_options {
  std::size_t burst = 0;  ///< tokens held at most; 0: as many as `count`. 1 paces evenly.
};

/// Lets `count` callers through in every `per`: a token bucket that starts full.
///
/// Tokens come back one at a time, every `per / count`; after a pause at most `burst` callers pass
/// at once. With `rate_limiter{5, 1s}` and 50 callers at the start, 5 pass at once and the last
/// after exactly 9 s. Callers pass in arrival order.
/// Cancellation: safe; an abandoned wait takes no token.
/// Lifetime: must outlive its waiters.
class rate_limiter final : private detail::timer {
 public:
  class acquiring;

  /// Errors: throws `std::invalid_argument` unless count and per are positive.
  rate_limiter(std::size_t count, duration per, rate_limiter_options options = {});
  ~rate_limiter();

  /// Waits for the caller's turn.
  [[nodiscard("co_await it")]] acquiring acquire() noexcept;
  /// Passes only if there is a token now and nobody waits.
  [[nodiscard]] bool try_acquire();

  /// The time between two tokens.
  [[nodiscard]] duration interval() const noexcept { return interval_; }

 private:
  template <class Key, class Hash>
  friend class keyed_rate_limiter;

  [[nodiscard]] bool take(time_point now) noexcept;
  /// Full and without waiters, and so no different from a new one.
  [[nodiscard]] bool idle(time_point now) const noexcept {
    return full_at_ <= now && waiters_.empty();
  }
  void wait_for_token(loop& home);
  void fire() noexcept override;

  // The bucket as one instant (GCRA): the time at which it would be full again. A token may be
  // taken while that lies no further ahead than burst - 1 intervals.
  duration interval_;
  duration tolerance_;
  time_point full_at_ = time_point::min();
  loop* home_ = nullptr;  // of the armed timer
  detail::wait_queue waiters_;
};

class rate_limiter::acquiring : public detail::waiter {
 public:
  explicit acquiring(rate_limiter& limiter) noexcept : limiter_(&limiter) {}
  bool suspend(detail::frame& owner);
  void await_resume() const noexcept {}

 protected:
  acquiring() = default;
  rate_limiter* limiter_ = nullptr;

 private:
  void cancel(detail::frame& owner, bool hard) noexcept override;
  [[nodiscard]] const char* describe() const noexcept override { return "rate limit"; }
};

inline rate_limiter::acquiring rate_limiter::acquire() noexcept { return acquiring(*this); }

}  // namespace eddy
