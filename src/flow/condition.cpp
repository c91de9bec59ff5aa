// SPDX-License-Identifier: MIT
#include <eddy/flow/condition.hpp>

#include <stdexcept>
#include <utility>

namespace eddy {

void condition::notify_one() noexcept {
  if (waiters_.empty()) return;
  waiting& oldest = static_cast<waiting&>(*waiters_.front());
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
  condition_.mutex_.unlock();
}

void condition::waiting::notified() noexcept {
  mutex& m = condition_.mutex_;
  if (!std::exchange(m.locked_, true)) {
    wake();
  } else {
    notified_ = true;
    m.waiters_.add(*this);
  }
}

void condition::waiting::cancel(detail::frame&, bool hard) noexcept {
  mutex& m = condition_.mutex_;
  const bool locking = notified_ || leaving_;
  // Nobody else may ever notify again: this one must not be lost with its receiver.
  if (notified_ && !leaving_) condition_.notify_one();
  if (locking && !hard) {
    leaving_ = true;
    return;
  }
  (locking ? m.waiters_ : condition_.waiters_).remove(*this);
  if (hard) {
    held_.of_ = nullptr;
    give_up();
  } else if (!std::exchange(m.locked_, true)) {
    give_up();
  } else {
    leaving_ = true;
    m.waiters_.add(*this);
  }
}

}  // namespace eddy
