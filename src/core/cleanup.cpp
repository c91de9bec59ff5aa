// SPDX-License-Identifier: MIT
#include <eddy/core/detail/cleanup.hpp>

#include <string>

#include <eddy/core/error.hpp>

namespace eddy::detail {

void cleanup_run::start(frame& work, loop& home, task_record* record, bool hard) {
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
  node& target = *target_;
  frame* const finished = finished_;
  loop& home = *home_;
  bool hard = hard_;
  if (finished != nullptr) {
    finished->child = nullptr;
    hard = hard || (finished->bits & cancel_hard);
  } else {
    if (record_->root == work_.get()) record_->root = nullptr;
    target.running()->stand_in(nullptr);
    hard = hard || target.running()->asked_hard();
  }
  std::exception_ptr error = outcome_.has_error() ? outcome_.error() : std::move(error_);
  cleanup_block* const next_block = older;
  task_record* const record = record_;
  home.enter(*record);
  // First, for its function and arguments may refer to what goes once the target hears.
  delete this;
  if (next_block != nullptr) {
    next_block->error_ = std::move(error);
    run(*next_block, target, finished, home, record, hard);
    return;
  }
  const bool failed = error != nullptr;
  if (failed) target.fail(std::move(error));
  if (finished != nullptr || failed) {
    if (frame* next = target.done()) home.push(*next);
  } else if (frame* next = target.unwound()) {
    home.reap(*next);
  }
}

std::coroutine_handle<> final_awaiter::finish_deferred(frame& self) noexcept {
  cleanup_block& first = *std::exchange(self.deferred, nullptr);
  cleanup_block::run(first, *self.parent, &self, *self.home, self.record, self.bits & cancel_hard);
  return std::noop_coroutine();
}

}  // namespace eddy::detail
