// SPDX-License-Identifier: MIT
#include <eddy/core/detail/concurrent.hpp>

#include <utility>

#include <eddy/core/detail/adoption.hpp>

namespace eddy::detail {

void fork_join::start(branch_base& branch, std::size_t index) noexcept {
  branch.join_ = this;
  branch.index_ = index;
  frame& root = *branch.root_.get();
  root.adopt(*owner_, branch.as_node());
  root.bits |= fresh;
  root.record = &branch;
  branch.within = owner_->record;
  owner_->home->enlist(branch, root, owner_->record->id);
  owner_->home->fork(root);
}

void fork_join::decide(std::size_t index, std::exception_ptr error,
                       const cancel_reason& others) noexcept {
  if (decided_by_ != none) return;
  decided_by_ = index;
  error_ = std::move(error);
  stopping_ = true;
  if (running_ > 0) cancel_branches(others, false);
}

frame* fork_join::branch_ended(branch_base& branch, const std::exception_ptr& error) noexcept {
  if (mode_ == mode::first || (mode_ == mode::all && error != nullptr)) {
    const auto kind = error != nullptr ? cancel_kind::sibling_failed : cancel_kind::race_lost;
    decide(branch.index(), error, {kind, owner_->site, branch.id});
  }
  return leave(branch);
}

void fork_join::branch_cancelled(branch_base& branch) noexcept {
  cut_short_ = true;
  if (frame* owner = leave(branch)) owner->home->push(*owner);
}

frame* fork_join::one_less() noexcept { return --running_ == 0 ? finish() : nullptr; }

frame* fork_join::finish() noexcept {
  // Cut short with nothing decided: the cancel came from above and goes on upwards.
  if (cut_short_ && decided_by_ == none) {
    owner_->home->reap(*owner_);
    return nullptr;
  }
  owner_->child = nullptr;
  owner_->home->enter(*owner_->record);
  return owner_;
}

void branch_base::cancel(const cancel_reason& reason, bool hard) noexcept {
  if (over_) return;
  if (!root_.cancelling()) note_cancel(reason);
  root_.cancel(hard);
  if (hard && adopted != nullptr) adopted->cancel_hard();
}

frame* branch_base::ended(const std::exception_ptr& error) noexcept {
  if (adopted != nullptr) [[unlikely]] {
    adopted->tell(*this);
    return nullptr;
  }
  over_ = true;
  join_->owner_->home->delist(*this);
  return join_->branch_ended(*this, error);
}

void branch_base::unwound_now() noexcept {
  cut_short_ = true;
  if (adopted != nullptr) [[unlikely]]
    return adopted->tell(*this);
  over_ = true;
  join_->owner_->home->delist(*this);
  join_->branch_cancelled(*this);
}

void branch_base::bury() noexcept {
  join_->owner_->home->enter(*this);
  root = nullptr;
  root_.drop();
  if (cut_short_) {
    as_node().unwound();
  } else {
    if (frame* owner = as_node().done()) owner->home->push(*owner);
  }
}

// Ranges.

range_join::~range_join() = default;

bool range_join::begin_range(frame& owner) noexcept {
  begin(owner, 0);
  if (owner.bits & cancel_soft) {
    owner.home->reap(owner);
    return true;
  }
  fill();
  if (running_ > 0) return true;
  owner.child = nullptr;
  return false;
}

void range_join::fill() noexcept {
  try {
    while (more_ && !stopping_ && running_ < limit_) more_ = add_next();
  } catch (...) {
    more_ = false;
    failed(started_, std::current_exception());
  }
  if (stopping_ && more_) cut_short_ = true;
}

void range_join::failed(std::size_t index, std::exception_ptr error) noexcept {
  decide(index, std::move(error), {cancel_kind::sibling_failed, owner_->site, owner_->record->id});
}

void range_join::add(range_branch_base& branch) noexcept {
  branch.next_ = branches_;
  if (branches_ != nullptr) branches_->previous_ = &branch;
  branches_ = &branch;
  ++running_;
  start(branch, started_++);
}

void range_join::remove(range_branch_base& branch) noexcept {
  (branch.previous_ != nullptr ? branch.previous_->next_ : branches_) = branch.next_;
  if (branch.next_ != nullptr) branch.next_->previous_ = branch.previous_;
}

frame* range_join::leave(branch_base& branch) noexcept {
  auto& ended = static_cast<range_branch_base&>(branch);
  collect(ended);
  remove(ended);
  delete &ended;
  --running_;
  // Making the next work is code of the owner's task, though another's end has made room for it.
  owner_->home->enter(*owner_->record);
  fill();
  return running_ == 0 ? finish() : nullptr;
}

void range_join::cancel_branches(const cancel_reason& reason, bool hard) noexcept {
  for (range_branch_base* b = branches_; b != nullptr; b = b->next_) b->cancel(reason, hard);
}

frame* range_branch_base::ended(const std::exception_ptr& error) noexcept {
  if (root_.get() == nullptr) return branch_base::ended(error);
  root_.get()->home->bury(*this);  // our own coroutine is still on the stack
  return nullptr;
}

}  // namespace eddy::detail
