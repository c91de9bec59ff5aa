// SPDX-License-Identifier: MIT
#pragma once

#include <coroutine>
#include <exception>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <eddy/core/detail/adoption.hpp>
#include <eddy/core/detail/frame.hpp>
#include <eddy/core/loop.hpp>

namespace eddy {

/// A coroutine that yields values one at a time, waiting between them as it likes:
/// `while (auto* x = co_await g.next()) use(*x);`
///
/// Lazy: nothing runs before the first `next`, and nothing between two of them.
///
/// One that is dropped half-way, by a `break`, an exception or a cancel, is destroyed where it
/// stands. What it had deferred is left to the task that drops it: it begins when that task next
/// suspends, downstream first, and has ended before the task has. If it throws, that is reported.
/// `close` does the same at once and says how it went.
/// Cancellation: of a task inside `next` reaches the generator and ends it.
/// Lifetime: a yielded value lives until the following `next`. Moving is allowed between two of
/// them. One with deferred clean-up ends before its loop; later it is reported, and cannot run.
template <class T>
class [[nodiscard]] async_generator {
  class next_awaiter;
  class close_awaiter;

 public:
  class promise_type;

  async_generator(async_generator&& other) noexcept
      : state_(std::exchange(other.state_, state::finished)) {
    if (detail::frame* f = other.frame_.release()) frame_.reset(*f);
  }
  async_generator& operator=(async_generator&& other) noexcept {
    detail::frame* const ours = frame_.release();
    // In this order, for `other` may be `*this`, or something that our frame owns.
    state_ = std::exchange(other.state_, state::finished);
    detail::frame* const theirs = this != &other ? other.frame_.release() : ours;
    if (theirs != nullptr) frame_.reset(*theirs);
    if (ours != nullptr && ours != theirs) detail::abandon(*ours);
    return *this;
  }
  ~async_generator() { drop(); }

  /// The next value, or null at the end. Errors: rethrows what the generator threw, which ends it;
  /// `std::logic_error`, once, for one that was cancelled earlier, and for a second `next` at once.
  [[nodiscard("co_await it")]] next_awaiter next() {
    if (state_ == state::cancelled) {
      state_ = state::finished;
      throw std::logic_error("eddy: next() on a generator that was cancelled: make a new one");
    }
    return next_awaiter(*this);
  }

  /// Ends the generator where it stands, and waits until its clean-up and that of the generators it
  /// owned is over. Afterwards `next` gives null.
  /// Errors: rethrows what the clean-up threw; `std::logic_error` while a `next` is under way.
  /// Cancellation: out of its reach, within the grace time, as in `finally`.
  [[nodiscard("co_await it")]] close_awaiter close() {
    if (frame_.get() != nullptr && producer().parent != nullptr) {
      throw std::logic_error("eddy: close() of a generator while a next() of it is under way");
    }
    return close_awaiter(*this);
  }

 private:
  enum class state : std::uint8_t { live, finished, cancelled };

  explicit async_generator(promise_type& promise) noexcept : frame_(promise) {}

  detail::frame& producer() noexcept { return *frame_.get(); }
  void drop() noexcept {
    if (detail::frame* f = frame_.release()) detail::abandon(*f);
  }

  detail::child_frame frame_;
  state state_ = state::live;
};

template <class T>
class async_generator<T>::promise_type final : public detail::frame {
 public:
  async_generator get_return_object() noexcept { return async_generator(*this); }
  [[nodiscard]] detail::final_awaiter final_suspend() const noexcept { return {}; }
  void return_void() const noexcept {}
  void unhandled_exception() noexcept {
    if (bits & detail::dying) detail::destructor_threw();
    parent->fail(std::current_exception());
  }

  struct yield_awaiter {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) const noexcept {
      return static_cast<next_awaiter*>(std::exchange(self.promise().parent, nullptr))
          ->yielded(*value);
    }
    void await_resume() const noexcept {}
    std::remove_reference_t<T>* value;
  };
  // A temporary lives in the generator's frame until it is resumed.
  yield_awaiter yield_value(std::remove_reference_t<T>& value) noexcept {
    if (bits & detail::dying) [[unlikely]]
      detail::destructor_threw();
    return {std::addressof(value)};
  }
  yield_awaiter yield_value(std::remove_reference_t<T>&& value) noexcept
    requires(!std::is_reference_v<T>)
  {
    return yield_value(value);
  }

  /// Lends a copy that the generator's frame holds.
  struct yield_copy {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) noexcept {
      return self.promise().yield_value(copy).await_suspend(self);
    }
    void await_resume() const noexcept {}
    T copy;
  };
  yield_copy yield_value(const std::remove_reference_t<T>& value)
    requires(!std::is_reference_v<T> && !std::is_const_v<T>)
  {
    return {value};
  }
};

template <class T>
class async_generator<T>::next_awaiter final : public detail::awaiter_base {
 public:
  explicit next_awaiter(async_generator& source) noexcept : source_(source) {}

  [[nodiscard]] bool await_ready() const noexcept { return source_.state_ != state::live; }
  std::coroutine_handle<> suspend(detail::frame& owner) {
    detail::frame& producer = source_.producer();
    if (producer.parent != nullptr) {
      throw std::logic_error("eddy: next() of a generator while another next() of it is under way");
    }
    owner_ = &owner;
    owner.child = this;
    producer.adopt(owner, *this);
    return producer.handle();
  }
  std::remove_reference_t<T>* await_resume() {
    if (error_ != nullptr) std::rethrow_exception(error_);
    return value_;
  }

  std::coroutine_handle<> yielded(std::remove_reference_t<T>& value) noexcept {
    value_ = std::addressof(value);
    owner_->child = nullptr;
    return owner_->home->transfer(*owner_);
  }

 private:
  void cancel(detail::frame&, bool hard) noexcept override { source_.frame_.cancel(hard); }
  void fail(std::exception_ptr error) noexcept override { error_ = std::move(error); }
  detail::frame* done() noexcept override {
    end(state::finished);
    return owner_;
  }
  detail::frame* unwound() noexcept override {
    end(state::cancelled);
    return owner_;
  }
  void end(state how) noexcept {
    source_.state_ = how;
    if (detail::frame* f = source_.frame_.get()) f->parent = nullptr;
    owner_->child = nullptr;
  }
  detail::child_frame* running() noexcept override { return &source_.frame_; }
  [[nodiscard]] const char* describe() const noexcept override { return "a generator"; }

  async_generator& source_;
  detail::frame* owner_ = nullptr;
  std::remove_reference_t<T>* value_ = nullptr;
  std::exception_ptr error_;
};

template <class T>
class async_generator<T>::close_awaiter final : public detail::closing {
 public:
  explicit close_awaiter(async_generator& source) noexcept : source_(source) {}
  bool suspend(detail::frame& owner) noexcept {
    source_.state_ = state::finished;
    return drop_and_wait(owner, [this] { source_.drop(); });
  }

 private:
  async_generator& source_;
};

}  // namespace eddy
