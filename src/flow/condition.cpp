// SPDX-License-Identifier: MIT
#include <eddy/flow/condition.hpp>

#include <stdexcept>
#include <utility>

namespace eddy {

void condition::notify_one() noexcept {
  if (waiters_.empty()) return;
  waiting& oldest = static_cast<waiting&>(waiters_.front());
  waiters_.remove(oldest);
  oldest.notified();
}

void condition::notify_all() noexcept {
  while (!waiters_.empty()) notify_one();
}

void condition::waiting::suspend(detail::frame& owner) {
  if (held_.of_ != &condition_.mutex_) {
    throw std::logic_error("eddy: condition::wait() with a guard that does not hold its mutex");
  }
  if (!park(owner)) return;  // the guard was never let go
  condition_.waiters_.add(*this);
  held_.unlock();
}

void condition::waiting::notified() noexcept {
  notified_ = true;
  lock();
}

void condition::waiting::lock() noexcept {
  mutex& m = condition_.mutex_;
  if (std::exchange(m.locked_, true)) {
    m.waiters_.add(*this);
  } else {
    served();
  }
}

void condition::waiting::served() noexcept {
  held_.of_ = &condition_.mutex_;
  if (leaving_) {
    give_up();
  } else {
    wake();
  }
}

void condition::waiting::cancel(detail::frame&, bool hard) noexcept {
  const bool locking = notified_ || leaving_;
  if (hard || !locking) (locking ? condition_.mutex_.waiters_ : condition_.waiters_).remove(*this);
  // Nobody else may ever notify again: this one must not be lost with its receiver.
  if (notified_ && !leaving_) condition_.notify_one();
  leaving_ = true;
  if (hard) {
    give_up();
  } else if (!locking) {
    lock();
  }
}

}  // namespace eddy
