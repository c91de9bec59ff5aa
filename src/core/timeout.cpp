// SPDX-License-Identifier: MIT
#include <eddy/core/timeout.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace eddy {

void timeout_scope::reschedule(time_point deadline) {
  if (expired_)
    throw std::logic_error("eddy: reschedule() of a timeout that has expired: its body is over");
  if (std::exchange(limit_.at, deadline) == deadline) return;
  if (!armed()) return;  // called while the body is being made
  stop_watching();
  watch();
}

bool timeout_scope::begin(detail::frame& owner) noexcept {
  owner_ = &owner;
  started_ = owner.home->now();
  if (limit_.from_start) limit_.at = detail::add_saturating(started_, limit_.at.time_since_epoch());
  expired_ = limit_.at <= started_;
  return !expired_;
}

std::coroutine_handle<> timeout_scope::not_started() noexcept {
  if (!(owner_->bits & detail::cancel_soft)) return owner_->home->transfer(*owner_);
  owner_->home->reap(*owner_);
  return std::noop_coroutine();
}

void timeout_scope::throw_timeout() const {
  throw timeout_error(std::max(limit_.at, started_) - started_, where_);
}

void timeout_scope::fire() noexcept {
  expired_ = true;
  owner_->record->note_cancel({cancel_kind::timeout, where_, 0});
  work_.cancel(false);
}

}  // namespace eddy
