// SPDX-License-Identifier: MIT
#include "plan.hpp"

#include <utility>

namespace eddy::cancellation {

void plan::begin(std::function<void(bool hard)> cancel) {
  cancel_ = std::move(cancel);
  active_ = true;
  watching = this;
}

void plan::end() noexcept {
  active_ = false;
  watching = nullptr;
}

void plan::suspending() {
  if (++suspensions_ == k_ && when_ == moment::entering_suspension) cancel(false);
  asked_before_start_ = asked_;
}

void plan::suspended() {
  if (asked_before_start_) ++started_late_;
  switch (when_) {
    case moment::after_suspension:
      soft_due_ = soft_due_ || suspensions_ == k_;
      break;
    case moment::inside_suspension:
      if (suspensions_ == k_) cancel(false);
      break;
    case moment::again_and_again:
      soft_due_ = soft_due_ || suspensions_ >= k_;
      break;
    case moment::then_hard:
      soft_due_ = soft_due_ || suspensions_ == k_;
      hard_due_ = hard_due_ || suspensions_ == k_ + 1;
      break;
    default:
      break;
  }
}

void plan::completed() {
  if (++completions_ == k_ && when_ == moment::at_completion) cancel(false);
}

void plan::after_step() {
  if (!active_) return;
  if (++steps_ == k_ && when_ == moment::after_step) cancel(false);
  if (std::exchange(soft_due_, false)) cancel(false);
  if (std::exchange(hard_due_, false)) cancel(true);
}

void plan::cancel(bool hard) {
  reached_ = true;
  asked_ = true;
  asked_hard_ = asked_hard_ || hard;
  cancel_(hard);
}

}  // namespace eddy::cancellation
