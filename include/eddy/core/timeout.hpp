// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <coroutine>
#include <source_location>
#include <type_traits>
#include <utility>

#include <eddy/core/detail/as_task.hpp>
#include <eddy/core/detail/timer_queue.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/sleep.hpp>

namespace eddy {

namespace detail {

/// When time is up: at an instant, or a span after the start.
struct time_limit {
  explicit time_limit(duration span) noexcept : at(span), from_start(true) {}
  explicit time_limit(time_point instant) noexcept : at(instant), from_start(false) {}
  time_point at;
  bool from_start;
};

}  // namespace detail

/// The limit of a `timeout`, in the hands of its body, which may move it.
///
/// Lifetime: until its `timeout` returns.
class timeout_scope : private detail::timer {
 public:
  /// Time is up at `deadline` instead: at once if that is past, never if it is `time_point::max()`.
  /// Errors: throws `std::logic_error` if it has expired already.
  void reschedule(time_point deadline);
  /// Time is up `span` from now instead. Errors: as above, and as for `sleep`.
  template <class Rep, class Period>
  void reschedule_after(std::chrono::duration<Rep, Period> span) {
    reschedule(detail::add_saturating(owner_->home->now(), detail::checked_duration(span)));
  }

  /// When time is up. Requires: its `timeout` is being awaited.
  [[nodiscard]] time_point deadline() const noexcept { return limit_.at; }
  /// Time was up, and the body is being cancelled or had no time at all.
  [[nodiscard]] bool expired() const noexcept { return expired_; }

 protected:
  timeout_scope(detail::time_limit limit, std::source_location where) noexcept
      : limit_(limit), where_(where) {}
  ~timeout_scope() = default;

  /// Sets the deadline. False: it is past already.
  [[nodiscard]] bool begin(detail::frame& owner) noexcept;
  /// Counts from here on: a frame to cancel is there.
  void watch() { owner_->home->arm(*this, limit_.at); }
  void stop_watching() noexcept { owner_->home->disarm(*this); }
  /// For a body that is not to be run at all: where the owner goes.
  std::coroutine_handle<> not_started() noexcept;
  [[noreturn]] void throw_timeout() const;

  detail::child_frame work_;
  detail::frame* owner_ = nullptr;
  bool expired_ = false;

 private:
  void fire() noexcept override;

  detail::time_limit limit_;
  time_point started_{};
  std::source_location where_;
};

namespace detail {

/// Runs one frame and cancels it when a limit expires. The cancel ends here: it is known by
/// `expired_`, so one that comes from outside passes through.
template <class T>
class limited : public result_node<T>, public timeout_scope {
 protected:
  using timeout_scope::timeout_scope;
  ~limited() = default;

  std::coroutine_handle<> run(frame& owner) noexcept {
    owner.child = this;
    this->work_.get()->adopt(owner, *this);
    // Without time an operation that is ready still gives its value; one that would wait ends.
    if (this->expired_) this->work_.get()->bits |= cancel_soft | polling;
    return this->work_.get()->handle();
  }
  [[nodiscard]] bool in_time() const noexcept {
    return this->outcome_.has_value() || this->outcome_.has_error();
  }
  T take_in_time() {
    if (!in_time()) this->throw_timeout();
    return this->outcome_.take();
  }

 private:
  void cancel(frame&, bool hard) noexcept override { this->work_.cancel(hard); }
  void over() noexcept {
    this->stop_watching();
    this->owner_->child = nullptr;
  }
  frame* done() noexcept override {
    over();
    return this->owner_;
  }
  frame* unwound() noexcept override {
    over();
    if (!this->expired_ || (this->owner_->bits & cancel_soft)) return this->owner_;
    this->owner_->home->push(*this->owner_);
    return nullptr;
  }
  child_frame* running() noexcept override { return &this->work_; }
};

template <class T, class F>
class timeout_awaiter final : public limited<T> {
 public:
  timeout_awaiter(F&& body, time_limit limit, std::source_location where)
      : limited<T>(limit, where), make_body_(std::move(body)) {}

  std::coroutine_handle<> suspend(frame& owner) {
    if (!this->begin(owner)) return this->not_started();
    task<T> body = [&] {
      if constexpr (std::is_invocable_v<F&, timeout_scope&>) {
        return make_body_(static_cast<timeout_scope&>(*this));
      } else {
        return make_body_();
      }
    }();
    this->watch();
    this->work_.reset(body.release());
    return this->run(owner);
  }
  T await_resume() { return this->take_in_time(); }

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "timeout"; }

  F make_body_;
};

template <class F>
concept timeout_body = makes_task<F&, timeout_scope&> || makes_task<F&>;

template <timeout_body F>
auto limit_body(F&& body, time_limit limit, std::source_location where) {
  using made = typename std::conditional_t<std::is_invocable_v<F&, timeout_scope&>,
                                           std::invoke_result<F&, timeout_scope&>,
                                           std::invoke_result<F&>>::type;
  return timeout_awaiter<task_value_t<made>, F>(std::forward<F>(body), limit, where);
}

}  // namespace detail

/// Runs the block `body()` or `body(scope)` for at most `limit`; the `timeout_scope&` lets the body
/// move the limit: `co_await timeout(5s, [&](timeout_scope& t) -> task<> { ... })`.
///
/// When the limit expires the body is cancelled, and its end awaited, clean-up included. With a
/// limit of zero or less it is never started. Errors: throws `timeout_error` if and only if its own
/// limit ended the body; of nested limits that have all expired, the outermost throws.
/// Cancellation: from outside passes through and stays a cancel, also when the limit expires
/// meanwhile.
template <class Rep, class Period, detail::timeout_body F>
[[nodiscard("co_await it")]] auto timeout(
    std::chrono::duration<Rep, Period> limit, F body,
    std::source_location where = std::source_location::current()) {
  return detail::limit_body(std::move(body), detail::time_limit(detail::checked_duration(limit)),
                            where);
}

/// The same until the loop's clock reads `deadline`; `time_point::max()` is no limit until the body
/// sets one.
template <detail::timeout_body F>
[[nodiscard("co_await it")]] auto timeout_at(
    time_point deadline, F body, std::source_location where = std::source_location::current()) {
  return detail::limit_body(std::move(body), detail::time_limit(deadline), where);
}

}  // namespace eddy
