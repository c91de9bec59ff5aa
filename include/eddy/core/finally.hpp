// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include <eddy/core/detail/cleanup.hpp>
#include <eddy/core/detail/leaf.hpp>
#include <eddy/core/task.hpp>

namespace eddy {

/// How the code that clean-up belongs to has ended.
enum class exit_status : std::uint8_t { ok, error, cancelled };

namespace detail {

/// The clean-up half of `finally`: decides where the owner goes once body and clean-up are over.
class finally_cleanup : public cleanup_run {
 public:
  void begin(frame& owner) noexcept { owner_ = &owner; }
  [[nodiscard]] bool started() const noexcept { return started_; }
  [[nodiscard]] child_frame& work() noexcept { return work_; }
  void forward(bool hard) noexcept { cancel(*owner_, hard); }
  /// Runs what `make` gives; a throw from `make` counts as a clean-up that threw.
  template <class Make>
  void clean_up(exit_status end, Make&& make) noexcept {
    started_ = true;
    end_ = end;
    try {
      task<> work = make(end);
      start(work.release(), *owner_->home, owner_->record, owner_->bits & cancel_hard);
    } catch (...) {
      outcome_.set_error(std::current_exception());
      cleaned();
    }
  }
  void rethrow_error() {
    if (outcome_.has_error()) outcome_.take();
  }

 private:
  void cleaned() noexcept override {
    // A clean-up that throws replaces the cancel, which stays pending on the owner.
    if (end_ == exit_status::cancelled && !outcome_.has_error()) {
      owner_->home->reap(*owner_);
    } else {
      owner_->child = nullptr;
      owner_->home->push(*owner_);
    }
  }

  frame* owner_ = nullptr;
  exit_status end_ = exit_status::ok;
  bool started_ = false;
};

template <class T, class Body, class Clean>
class finally_awaiter final : public result_node<T> {
 public:
  finally_awaiter(Body&& body, Clean&& clean)
      : make_body_(std::move(body)), clean_(std::move(clean)) {}

  std::coroutine_handle<> suspend(frame& owner) noexcept {
    cleanup_.begin(owner);
    owner.child = this;
    try {
      task<T> body = make_body_();
      body_.reset(body.release());
    } catch (...) {  // no body: the clean-up runs all the same
      this->outcome_.set_error(std::current_exception());
      cleanup_.clean_up(exit_status::error, clean_);
      return std::noop_coroutine();
    }
    body_.get()->adopt(owner, *this);
    return body_.get()->handle();
  }

  T await_resume() {
    cleanup_.rethrow_error();
    return this->outcome_.take();
  }

 private:
  void cancel(frame&, bool hard) noexcept override {
    if (cleanup_.started()) {
      cleanup_.forward(hard);
    } else {
      body_.cancel(hard);
    }
  }
  frame* done() noexcept override {
    cleanup_.clean_up(this->outcome_.has_error() ? exit_status::error : exit_status::ok, clean_);
    return nullptr;
  }
  frame* unwound() noexcept override {
    cleanup_.clean_up(exit_status::cancelled, clean_);
    return nullptr;
  }
  child_frame* running() noexcept override {
    return cleanup_.started() ? &cleanup_.work() : &body_;
  }
  [[nodiscard]] const char* describe() const noexcept override {
    return cleanup_.started() ? "clean-up" : "body";
  }

  Body make_body_;
  Clean clean_;
  child_frame body_;
  finally_cleanup cleanup_;
};

/// Calls a clean-up that does not ask how the body ended as one that does.
template <class Clean>
struct clean_with_status {
  Clean clean;
  task<> operator()(exit_status end) {
    if constexpr (std::is_invocable_v<Clean&, exit_status>) {
      return clean(end);
    } else {
      return clean();
    }
  }
};

template <class F, class... Args>
class deferred_call final : public cleanup_block {
 public:
  template <class G, class... As>
  explicit deferred_call(G&& f, As&&... args)
      : f_(static_cast<G&&>(f)), args_(static_cast<As&&>(args)...) {}

 private:
  task<> make() override { return std::apply(f_, std::move(args_)); }

  F f_;
  std::tuple<Args...> args_;
};

class defer_awaiter : public awaiter_base {
 public:
  explicit defer_awaiter(cleanup_block* block) noexcept : block_(block) {}
  ~defer_awaiter() { delete block_; }
  bool suspend(frame& owner) noexcept {
    block_->older = std::exchange(owner.deferred, block_);
    block_ = nullptr;
    return false;
  }
  void await_resume() const noexcept {}

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "defer"; }
  cleanup_block* block_;
};

}  // namespace detail

/// Runs `body()`, then `clean()` or `clean(exit_status)`, however the body ended: by value, by
/// exception or cancelled. Returns the body's value. Shorter to write than a `catch`, and unlike it
/// runs on cancel.
///
/// Errors: the body's; one that the clean-up throws takes its place.
/// Cancellation: reaches the body. The clean-up is out of its reach and has the loop's grace time
/// (`run_options::grace`) before it is cancelled hard and reported.
template <class Body, class Clean>
  requires detail::makes_task<Body&>
[[nodiscard("co_await it")]] auto finally(Body body, Clean clean) {
  using value = detail::task_value_t<std::invoke_result_t<Body&>>;
  using clean_call = detail::clean_with_status<Clean>;
  return detail::finally_awaiter<value, Body, clean_call>(std::move(body),
                                                          clean_call{std::move(clean)});
}

/// `co_await defer(f, args...)`: runs `f(args...)` when the coroutine that awaits it ends, in any
/// way: after its locals are gone, before whoever awaits it hears. The last deferred runs first.
///
/// Lifetime: `f` and `args` are copied or moved in.
/// Errors: what `f` throws replaces the coroutine's result.
/// Cancellation: `f` is out of its reach, within the grace time, as in `finally`.
template <class F, class... Args>
[[nodiscard("write co_await defer(...)")]] auto defer(F&& f, Args&&... args) {
  static_assert(detail::makes_task<std::decay_t<F>&, std::decay_t<Args>...>,
                "defer(f, args...): f must be callable with these arguments and return task<>");
  return detail::defer_awaiter(new detail::deferred_call<std::decay_t<F>, std::decay_t<Args>...>(
      static_cast<F&&>(f), static_cast<Args&&>(args)...));
}

}  // namespace eddy
