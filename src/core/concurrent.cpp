// SPDX-License-Identifier: MIT
#include <eddy/core/detail/concurrent.hpp>

#include <eddy/core/detail/adoption.hpp>

namespace eddy::detail {

void fork_join::start(branch_base& branch, std::size_t index) noexcept {
  branch.join_ = this;
  branch.index_ = index;
  frame& root = *branch.root_.get();
  root.adopt(*owner_, branch.as_node());
  root.bits |= fresh;
  root.record = &branch;
  owner_->home->enlist(branch, root, owner_->record->id);
  owner_->home->push(root);
}

void fork_join::branch_ended(branch_base& branch, const std::exception_ptr& error) noexcept {
  const bool decides = decided_by_ == none && (error != nullptr || mode_ == mode::first);
  if (decides) {
    decided_by_ = branch.index();
    error_ = error;
    if (running_ > 1) {
      const auto kind = error != nullptr ? cancel_kind::sibling_failed : cancel_kind::race_lost;
      cancel_branches({kind, owner_->site, branch.id}, false);
    }
  }
  one_less();
}

void fork_join::branch_cancelled() noexcept {
  cut_short_ = true;
  one_less();
}

void fork_join::one_less() noexcept {
  if (--running_ > 0) return;
  loop& home = *owner_->home;
  // Cut short with nothing decided: the cancel came from above and goes on upwards.
  if (cut_short_ && decided_by_ == none) {
    home.reap(*owner_);
  } else {
    owner_->child = nullptr;
    home.push(*owner_);
  }
}

void branch_base::cancel(const cancel_reason& reason, bool hard) noexcept {
  if (over_) return;
  if (!root_.cancelling()) note_cancel(reason);
  root_.cancel(hard);
  if (hard && adopted != nullptr) adopted->cancel_hard();
}

void branch_base::ended(const std::exception_ptr& error) noexcept {
  if (adopted != nullptr) [[unlikely]]
    return adopted->tell(*this);
  over_ = true;
  join_->owner_->home->delist(*this);
  join_->branch_ended(*this, error);
}

void branch_base::unwound_now() noexcept {
  cut_short_ = true;
  if (adopted != nullptr) [[unlikely]]
    return adopted->tell(*this);
  over_ = true;
  join_->owner_->home->delist(*this);
  join_->branch_cancelled();
}

void branch_base::bury() noexcept {
  if (cut_short_) {
    as_node().unwound();
  } else {
    as_node().done();
  }
}

}  // namespace eddy::detail
