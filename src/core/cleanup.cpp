// SPDX-License-Identifier: MIT
#include <eddy/core/detail/cleanup.hpp>

#include <memory>
#include <string>

#include <eddy/core/error.hpp>

namespace eddy::detail {

void cleanup_run::start(frame& work, loop& home, task_record* record, bool hard) noexcept {
  home_ = &home;
  record_ = record;
  work_.reset(work);
  work.parent = this;
  work.home = &home;
  work.record = record;
  // Not fresh: clean-up always gets to run its first step, even when told to stop.
  work.bits = hard ? cancel_bits : 0;
  home.arm(*this, add_saturating(home.now(), home.grace()));
  home.push(work);
}

frame* cleanup_run::done() noexcept {
  home_->disarm(*this);
  cleaned();
  return nullptr;
}

frame* cleanup_run::unwound() noexcept {
  home_->disarm(*this);
  cleaned();
  return nullptr;
}

void cleanup_run::fire() noexcept {
  report("clean-up of task " + std::string(record_->name()) + "#" + std::to_string(record_->id) +
         " did not end within its grace time and is cancelled hard");
  work_.cancel(true);
}

void cleanup_block::run(cleanup_block& first, node& target, frame* finished, loop& home,
                        task_record* record, bool hard) noexcept {
  first.home_ = &home;
  first.record_ = record;
  first.target_ = &target;
  first.finished_ = finished;
  first.hard_ = hard;
  first.begin();
}

void cleanup_block::begin() noexcept {
  try {
    task<> work = make();
    start(work.release(), *home_, record_, hard_);
  } catch (...) {  // making the clean-up failed: that counts as a clean-up that threw
    outcome_.set_error(std::current_exception());
    home_->bury(*this);
    return;
  }
  // A hard cancel must still find the way here: through the frame, or through the slot it left.
  if (finished_ != nullptr) {
    finished_->child = this;
  } else {
    target_->running()->stand_in(work_.get());
    if (record_->root == nullptr) record_->root = work_.get();
  }
}

void cleanup_block::bury() noexcept {
  const std::unique_ptr<cleanup_block> self(this);
  if (finished_ != nullptr) {
    finished_->child = nullptr;
  } else {
    if (record_->root == work_.get()) record_->root = nullptr;
    target_->running()->stand_in(nullptr);
  }
  work_.drop();
  if (outcome_.has_error()) error_ = outcome_.error();
  if (older != nullptr) {
    older->error_ = std::move(error_);
    run(*older, *target_, finished_, *home_, record_, hard_);
    return;
  }
  const bool failed = error_ != nullptr;
  if (failed) target_->fail(std::move(error_));
  if (finished_ != nullptr || failed) {
    if (frame* next = target_->done()) home_->push(*next);
  } else if (frame* next = target_->unwound()) {
    home_->reap(*next);
  }
}

std::coroutine_handle<> final_awaiter::finish(frame& self) noexcept {
  if (self.deferred != nullptr) [[unlikely]] {
    cleanup_block& first = *std::exchange(self.deferred, nullptr);
    cleanup_block::run(first, *self.parent, &self, *self.home, self.record,
                       self.bits & cancel_hard);
    return std::noop_coroutine();
  }
  frame* next = self.parent->done();
  return next != nullptr ? next->home->transfer(*next) : std::noop_coroutine();
}

}  // namespace eddy::detail
