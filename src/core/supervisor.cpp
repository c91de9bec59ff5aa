// SPDX-License-Identifier: MIT
#include <eddy/core/detail/supervisor.hpp>

#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include <eddy/core/detail/adoption.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/task_handle.hpp>

#include "await_stack.hpp"

namespace eddy::detail {
// The control block.

spawned::~spawned() {
  if (ended_ == how::error && !retrieved_) {
    std::string started;
    if (origin().line() != 0) {
      started = fmt::format(" ({}, started by task #{})", to_string(origin()), parent);
    }
    report(fmt::format("task {}{} failed and nobody awaited it: {}", label(*this), started,
                       detail::describe(failure_)));
  }
}

void spawned::start(frame& root, node& self, std::uint64_t parent) noexcept {
  root.parent = &self;
  root.home = home_;
  root.record = this;
  if (home_->debugging()) [[unlikely]]
    note_origin(root.site);
  supervisor_->adopt(*this, root, parent);
  home_->push(root);
  if (supervisor_->closed_) [[unlikely]]
    cancel({cancel_kind::shutdown, {}, 0});
}

bool spawned::cancel(const cancel_reason& reason, bool hard) noexcept {
  if (ended_ != how::running) return false;
  if (!root_frame().cancelling()) note_cancel(reason);
  root_frame().cancel(hard);
  if (hard && adopted != nullptr) adopted->cancel_hard();
  return true;
}

void spawned::over(how end) noexcept {
  ending_ = end;
  home_->bury(*this);  // our own coroutine is still on the stack
}

void spawned::unwound_now() noexcept {
  ending_ = how::cancelled;
  bury();
}

void spawned::bury() noexcept {
  home_->enter(*this);
  root = nullptr;
  free_frame();
  if (adopted != nullptr) return adopted->tell(*this);
  ended_ = ending_;
  if (ended_ != how::value) {
    if (ended_ == how::error) failure_ = failure();
    supervisor_->child_ended(*this, failure_);
  }
  while (end_watcher* waiter = waiters_.pop_front()) waiter->task_gone();
  supervisor& owner = *supervisor_;
  owner.disown(*this);
  release();
  if (!owner.has_children()) owner.children_gone();
}

void spawned::throw_its_end() {
  if (ended_ == how::cancelled) throw task_cancelled(label(*this), asked());
  retrieved_ = true;
  std::rethrow_exception(failure_);
}

void spawned::refuse_itself(const task_record* waiter) const {
  for (; waiter != nullptr; waiter = waiter->within) {
    if (waiter == this) {
      throw std::logic_error("eddy: task " + label(*this) + " awaits itself and would never end");
    }
  }
}

bool join_base::suspend(frame& owner) {
  // Cancelled like its task, by their group as a rule: that is no error to tell of but our own end.
  if (block_->ended() == spawned::how::cancelled &&
      (owner.bits & (cancel_soft | polling)) == cancel_soft) {
    owner.home->reap(owner);
    return true;
  }
  if (block_->ended() != spawned::how::running) return pass(owner);
  block_->refuse_itself(owner.record);
  if (park(owner)) block_->add(*this);
  return true;
}

// The owner.

void supervisor::adopt(spawned& child, frame& root, std::uint64_t parent) noexcept {
  child.home().enlist(child, root, parent, newest_);
  newest_ = &child;
  ++children_;
}

void supervisor::disown(spawned& child) noexcept {
  --children_;
  if (newest_ == &child) newest_ = has_children() ? static_cast<spawned*>(child.next) : nullptr;
  child.home().delist(child);
}

void supervisor::cancel_children(const cancel_reason& reason, bool hard) noexcept {
  // What follows the oldest of ours in the list is not one of ours.
  task_record* at = newest_;
  for (std::size_t i = 0; i < children_; ++i, at = at->next) {
    static_cast<spawned*>(at)->cancel(reason, hard);
  }
}

void supervisor::close() noexcept {
  closed_ = true;
  cancel_children({cancel_kind::shutdown, {}, 0});
}

}  // namespace eddy::detail
