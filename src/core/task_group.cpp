// SPDX-License-Identifier: MIT
#include <eddy/core/task_group.hpp>

#include <stdexcept>
#include <string>

namespace eddy {

void task_group::cancel(cancel_kind kind, std::source_location where) noexcept {
  if (over_) return;
  stop({kind, where, detail::current_task_id(*owner_->home)}, false);
}

void task_group::stop(const cancel_reason& why, bool hard) noexcept {
  if (!std::exchange(stopping_, true)) why_ = why;
  cancel_children(why, hard);
  body_.cancel(hard);
}

void task_group::failed(const std::exception_ptr& error) noexcept {
  errors_.add(error);
  stop({cancel_kind::sibling_failed, owner_->site, 0}, false);
}

void task_group::child_ended(detail::spawned& child, const std::exception_ptr& error) noexcept {
  // A child that was cancelled by its handle takes nothing from what the group gives.
  if (child.ended() == detail::spawned::how::cancelled && stopping_) cut_short_ = true;
  if (error == nullptr) return;
  child.mark_retrieved();
  failed(error);
}

void task_group::body_ended(detail::spawned::how end, const std::exception_ptr& error) noexcept {
  if (end == detail::spawned::how::cancelled) cut_short_ = true;
  if (error != nullptr) failed(error);
  body_over_ = true;
  end_if_last();
}

void task_group::end_if_last() noexcept {
  if (!body_over_ || has_children()) return;
  over_ = true;
  loop& home = *owner_->home;
  // Without an error, a cancel that came from outside goes on upwards; our own ends here.
  if (errors_.empty() && (owner_->bits & detail::cancel_soft) && cut_short_) {
    home.reap(*owner_);
  } else {
    owner_->child = nullptr;
    home.push(*owner_);
  }
}

void task_group::throw_no_value() const { throw task_cancelled("group body", why_); }

void task_group::throw_over() {
  throw std::logic_error(
      "eddy: create_task in a task group that has ended: start it from a task of the group");
}

namespace detail {

loop& require_loop(const char* what) {
  loop* home = loop::current();
  if (home == nullptr) {
    throw std::logic_error(
        std::string("eddy: ") + what +
        " outside a running loop: call it from a coroutine started by eddy::run");
  }
  return *home;
}

}  // namespace detail
}  // namespace eddy
