// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <source_location>
#include <utility>

#include <eddy/core/create_task.hpp>
#include <eddy/core/detail/error_list.hpp>
#include <eddy/core/detail/supervisor.hpp>
#include <eddy/core/error.hpp>

namespace eddy {

/// Starts tasks that all end before `with_task_group` does.
///
/// The first failure, of a child or of the body, cancels everything else; a child that is cancelled
/// through its handle disturbs nobody.
/// Lifetime: until its `with_task_group` returns; handles outlive it.
class task_group : private detail::supervisor {
 public:
  /// Starts `f(args...)` as a child. In a group that is being cancelled the child never runs.
  /// Errors: throws `std::logic_error` in a group whose body and children have all ended.
  /// Lifetime: `f` and `args` are copied or moved in; pass `std::ref` for references.
  template <class F, class... Args>
  auto create_task(F&& f, Args&&... args) {
    if (over_) throw_over();
    auto handle = detail::spawn_handle(*this, *owner_->home, owner_->record->id,
                                       static_cast<F&&>(f), static_cast<Args&&>(args)...);
    if (stopping_) handle.cancel(why_.kind, why_.where);
    return handle;
  }
  template <class F, class... Args>
  auto create_task(task_options options, F&& f, Args&&... args) {
    auto handle = create_task(static_cast<F&&>(f), static_cast<Args&&>(args)...);
    handle.set_name(std::move(options.name));
    return handle;
  }

  /// Cancels the body and every child, those still to come included; `with_task_group` then ends
  /// without an error.
  void cancel(cancel_kind kind = cancel_kind::user,
              std::source_location where = std::source_location::current()) noexcept;

 protected:
  task_group() = default;
  ~task_group() = default;

  void begin(detail::frame& owner) noexcept {
    owner_ = &owner;
    // The body learns of a cancel that was pending before from its frame, the children from us.
    if (owner.bits & detail::cancel_soft) stop({cancel_kind::user, owner.site, 0}, false);
  }
  void stop(const cancel_reason& why, bool hard) noexcept;
  void body_ended(detail::spawned::how end, const std::exception_ptr& error) noexcept;
  void end_if_last() noexcept;
  [[noreturn]] void throw_no_value() const;
  [[noreturn]] static void throw_over();

  detail::child_frame body_;
  detail::frame* owner_ = nullptr;
  detail::error_list errors_;

 private:
  void child_ended(detail::spawned& child, const std::exception_ptr& error) noexcept override;
  void children_gone() noexcept override { end_if_last(); }
  void failed(const std::exception_ptr& error) noexcept;

  bool body_over_ = false;
  bool over_ = false;  // the owner is on its way: nothing may be started any more
  bool stopping_ = false;
  bool cut_short_ = false;  // a cancel ended the body or a child early
  cancel_reason why_{cancel_kind::none, {}, 0};
};

namespace detail {

template <class T, class F>
class group_awaiter final : public result_node<T>, public task_group {
 public:
  explicit group_awaiter(F&& body) : make_body_(std::move(body)) {}

  std::coroutine_handle<> suspend(frame& owner) noexcept {
    task_group::begin(owner);
    owner.child = this;
    try {
      task<T> body = make_body_(static_cast<task_group&>(*this));
      body_.reset(body.release());
    } catch (...) {  // no body, but the call may have started children
      body_ended(spawned::how::error, std::current_exception());
      return std::noop_coroutine();
    }
    body_.get()->adopt(owner, *this);
    return body_.get()->handle();
  }

  T await_resume() {
    if (!this->errors_.empty()) [[unlikely]]
      this->errors_.rethrow();
    if constexpr (!std::is_void_v<T>) {
      if (!this->outcome_.has_value()) throw_no_value();
    }
    return this->outcome_.take();
  }

 private:
  void cancel(frame& owner, bool hard) noexcept override {
    stop({cancel_kind::user, owner.site, 0}, hard);
  }
  frame* done() noexcept override {
    if (this->outcome_.has_error()) {
      body_ended(spawned::how::error, this->outcome_.error());
    } else {
      body_ended(spawned::how::value, nullptr);
    }
    return nullptr;
  }
  frame* unwound() noexcept override {
    body_ended(spawned::how::cancelled, nullptr);
    return nullptr;
  }
  child_frame* running() noexcept override { return &body_; }
  [[nodiscard]] const char* describe() const noexcept override { return "its task group"; }

  F make_body_;
};

}  // namespace detail

/// Runs `body(group)` and waits for it and for every task it started in the group.
///
/// Returns the body's value. Errors: one failure is rethrown as it is, more are thrown together as
/// `error_group`; either way only after all tasks have ended. `task_cancelled` if the group was
/// cancelled by `group.cancel()` and the body has a value it could not return.
/// Cancellation: reaches the body and every child; all are joined before it takes effect here.
template <class F>
  requires detail::makes_task<F&, task_group&>
[[nodiscard("co_await it")]] auto with_task_group(F body) {
  using value = detail::task_value_t<std::invoke_result_t<F&, task_group&>>;
  return detail::group_awaiter<value, F>(std::move(body));
}

}  // namespace eddy
