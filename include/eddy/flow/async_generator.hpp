// SPDX-License-Identifier: MIT
#pragma once

#include <coroutine>
#include <exception>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <eddy/core/detail/frame.hpp>
#include <eddy/core/loop.hpp>

namespace eddy {

namespace detail {
class defer_awaiter;
}

/// A coroutine that yields values one at a time, waiting between them as it likes:
/// `while (auto* x = co_await g.next()) use(*x);`
///
/// Lazy: nothing runs before the first `next`, and nothing between two of them.
/// Cancellation: of a task inside `next` reaches the generator and ends it; a generator abandoned
/// between two values is destroyed where it stands.
/// Lifetime: a yielded value lives until the following `next`. Moving is allowed between two of
/// them.
template <class T>
class [[nodiscard]] async_generator {
  class next_awaiter;

 public:
  class promise_type;

  async_generator(async_generator&& other) noexcept
      : state_(std::exchange(other.state_, state::finished)) {
    if (detail::frame* f = other.frame_.release()) frame_.reset(*f);
  }
  async_generator& operator=(async_generator&& other) noexcept {
    std::destroy_at(this);
    return *std::construct_at(this, std::move(other));
  }
  ~async_generator() {
    if (detail::frame* f = frame_.get()) f->bits |= detail::dying;
  }

  /// The next value, or null at the end. Errors: rethrows what the generator threw, which ends it;
  /// `std::logic_error` for one that was cancelled earlier, and for a second `next` at once.
  [[nodiscard("co_await it")]] next_awaiter next() {
    if (state_ == state::cancelled) {
      throw std::logic_error("eddy: next() on a generator that was cancelled: make a new one");
    }
    return next_awaiter(*this);
  }

 private:
  enum class state : std::uint8_t { live, finished, cancelled };

  explicit async_generator(promise_type& promise) noexcept : frame_(promise) {}

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

  template <class Awaitable>
  Awaitable&& await_transform(
      Awaitable&& awaited, std::source_location where = std::source_location::current()) noexcept {
    static_assert(!std::is_same_v<std::remove_cvref_t<Awaitable>, detail::defer_awaiter>,
                  "defer() in a generator has nobody to run it when the generator is abandoned: "
                  "defer in the task that consumes it");
    return frame::await_transform(static_cast<Awaitable&&>(awaited), where);
  }
};

template <class T>
class async_generator<T>::next_awaiter final : public detail::awaiter_base {
 public:
  explicit next_awaiter(async_generator& source) noexcept : source_(source) {}

  [[nodiscard]] bool await_ready() const noexcept { return source_.state_ != state::live; }
  std::coroutine_handle<> suspend(detail::frame& owner) {
    detail::frame& producer = *source_.frame_.get();
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

}  // namespace eddy
