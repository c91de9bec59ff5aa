// SPDX-License-Identifier: MIT
#include <eddy/flow/rate_limiter.hpp>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include <eddy/core/create_task.hpp>
#include <eddy/core/loop.hpp>

namespace eddy {
namespace {
constexpr std::size_t most = std::numeric_limits<duration::rep>::max();
}

rate_limiter::rate_limiter(std::size_t count, duration per, rate_limiter_options options) {
  if (count == 0 || per <= duration::zero()) {
    throw std::invalid_argument("eddy: rate_limiter needs a positive count and a positive period");
  }
  // The clock knows nothing shorter than a nanosecond, nor any span longer than its own.
  interval_ = std::max(per / static_cast<duration::rep>(std::min(count, most)), duration(1));
  const std::size_t burst = options.burst != 0 ? options.burst : count;
  const auto spare = static_cast<duration::rep>(std::min(burst - 1, most));
  tolerance_ = spare > duration::max() / interval_ ? duration::max() : interval_ * spare;
}

rate_limiter::~rate_limiter() {
  if (armed()) home_->disarm(*this);
}

bool rate_limiter::take(time_point now) noexcept {
  if (full_at_ > detail::add_saturating(now, tolerance_)) return false;
  full_at_ = detail::add_saturating(std::max(full_at_, now), interval_);
  return true;
}

bool rate_limiter::try_acquire() {
  return waiters_.empty() && take(detail::require_loop("rate_limiter::try_acquire").now());
}

bool rate_limiter::acquiring::suspend(detail::frame& owner) {
  loop& home = *owner.home;
  if (limiter_->waiters_.empty() && limiter_->take(home.now())) return pass(owner);
  if (!park(owner)) return true;
  limiter_->waiters_.add(*this);
  if (!limiter_->armed()) limiter_->wait_for_token(home);
  return true;
}

void rate_limiter::acquiring::cancel(detail::frame& owner, bool hard) noexcept {
  waiter::cancel(owner, hard);
  // No timer for nobody: it would keep the loop from seeing that nothing is left to do.
  if (limiter_->waiters_.empty()) owner.home->disarm(*limiter_);
}

void rate_limiter::wait_for_token(loop& home) {
  home_ = &home;
  home.arm(*this, detail::add_saturating(full_at_, -tolerance_));
}

void rate_limiter::fire() noexcept {
  // A timer is always a little late. Counted from when the token was due, that does not add up to a
  // lower rate; but a loop that was busy for longer than an interval gets no burst to catch up
  // with.
  const time_point due = full_at_ - tolerance_;
  const time_point now = home_->now();
  if (now - due < interval_ && take(due)) waiters_.wake_front();
  while (!waiters_.empty() && take(now)) waiters_.wake_front();
  if (!waiters_.empty()) wait_for_token(*home_);
}

}  // namespace eddy
