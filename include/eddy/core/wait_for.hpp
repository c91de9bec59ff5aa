// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>

#include <eddy/core/detail/as_task.hpp>
#include <eddy/core/detail/timer_queue.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/sleep.hpp>

namespace eddy {
namespace detail {

/// Runs one frame and cancels it when a limit expires. The cancel ends here: it is known by
/// `expired_`, so one that comes from outside passes through.
template <class T>
class limited : public result_node<T>, private timer {
 public:
  limited(frame_ptr work, bool starts_tasks, duration limit, std::source_location where) noexcept
      : work_(*work.release()), limit_(limit), where_(where), starts_tasks_(starts_tasks) {}

  std::coroutine_handle<> suspend(frame& owner) {
    owner_ = &owner;
    frame& work = *work_.get();
    if (limit_ <= duration::zero()) {
      if (starts_tasks_) return not_started();
      // An operation that is ready still gives its value; one that would wait is cancelled there.
      work.adopt(owner, *this);
      work.bits |= cancel_soft | polling;
      expired_ = true;
    } else {
      owner.home->arm(*this, add_saturating(owner.home->now(), limit_));
      work.adopt(owner, *this);
    }
    owner.child = this;
    return work.handle();
  }

 protected:
  ~limited() = default;
  [[nodiscard]] bool in_time() const noexcept {
    return this->outcome_.has_value() || this->outcome_.has_error();
  }
  [[noreturn]] void throw_timeout() const { throw timeout_error(limit_, where_); }

 private:
  std::coroutine_handle<> not_started() noexcept {
    if (!(owner_->bits & cancel_soft)) return owner_->home->transfer(*owner_);
    owner_->home->reap(*owner_);
    return std::noop_coroutine();
  }
  void fire() noexcept override {
    expired_ = true;
    owner_->record->note_cancel({cancel_kind::timeout, where_, 0});
    work_.cancel(false);
  }
  void cancel(frame&, bool hard) noexcept override { work_.cancel(hard); }
  void over() noexcept {
    owner_->home->disarm(*this);
    owner_->child = nullptr;
  }
  frame* done() noexcept override {
    over();
    return owner_;
  }
  frame* unwound() noexcept override {
    over();
    if (!expired_ || (owner_->bits & cancel_soft)) return owner_;
    owner_->home->push(*owner_);
    return nullptr;
  }
  child_frame* running() noexcept override { return &work_; }
  [[nodiscard]] const char* describe() const noexcept override { return "wait_for"; }

  child_frame work_;
  frame* owner_ = nullptr;
  duration limit_;
  std::source_location where_;
  bool starts_tasks_;
  bool expired_ = false;
};

template <class T>
class wait_for_awaiter final : public limited<T> {
 public:
  using limited<T>::limited;
  T await_resume() {
    if (!this->in_time()) this->throw_timeout();
    return this->outcome_.take();
  }
};

template <class T>
class wait_for_optional_awaiter final : public limited<T> {
 public:
  using limited<T>::limited;
  std::optional<stored<T>> await_resume() {
    if (!this->in_time()) return std::nullopt;
    if constexpr (std::is_void_v<T>) {
      this->outcome_.take();
      return std::monostate{};
    } else {
      return this->outcome_.take();
    }
  }
};

template <class T>
inline constexpr bool only_as_prvalue<wait_for_awaiter<T>> = true;
template <class T>
inline constexpr bool only_as_prvalue<wait_for_optional_awaiter<T>> = true;

template <class F>
task<task_value_t<std::invoke_result_t<F&>>> run_limited(F body, duration limit,
                                                         std::source_location where) {
  using value = task_value_t<std::invoke_result_t<F&>>;
  co_return co_await wait_for_awaiter<value>(into_frame(body()), true, limit, where);
}

}  // namespace detail

/// Awaits `work` for at most `limit`.
///
/// When the limit expires `work` is cancelled, and its end awaited, clean-up included. An operation
/// that finished first gives its value all the same. With a limit of zero or less an operation
/// gives its value if it is ready; a task, or what is made of tasks, is never started. Errors:
/// throws `timeout_error` if and only if its own limit ended `work`. Cancellation: from outside
/// passes through and stays a cancel, also when the limit expires meanwhile.
template <detail::awaitable Awaitable, class Rep, class Period>
[[nodiscard("co_await it")]] auto wait_for(
    Awaitable&& work, std::chrono::duration<Rep, Period> limit,
    std::source_location where = std::source_location::current()) {
  using value = detail::await_value_t<Awaitable>;
  return detail::wait_for_awaiter<value>(detail::into_frame(static_cast<Awaitable&&>(work)),
                                         detail::runs_tasks<Awaitable>,
                                         detail::checked_duration(limit), where);
}

/// Like `wait_for`, with `nullopt` in place of `timeout_error`; void becomes `std::monostate`.
template <detail::awaitable Awaitable, class Rep, class Period>
[[nodiscard("co_await it")]] auto wait_for_optional(
    Awaitable&& work, std::chrono::duration<Rep, Period> limit,
    std::source_location where = std::source_location::current()) {
  using value = detail::await_value_t<Awaitable>;
  return detail::wait_for_optional_awaiter<value>(
      detail::into_frame(static_cast<Awaitable&&>(work)), detail::runs_tasks<Awaitable>,
      detail::checked_duration(limit), where);
}

/// Runs the block `body()` for at most `limit`, as `wait_for` does.
template <class Rep, class Period, class F>
  requires detail::makes_task<F&>
[[nodiscard("co_await it")]] auto timeout(
    std::chrono::duration<Rep, Period> limit, F body,
    std::source_location where = std::source_location::current()) {
  return detail::run_limited(std::move(body), detail::checked_duration(limit), where);
}

}  // namespace eddy
