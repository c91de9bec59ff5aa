// SPDX-License-Identifier: MIT
#pragma once

#include <coroutine>
#include <exception>
#include <source_location>
#include <type_traits>

#include <eddy/core/detail/result.hpp>
#include <eddy/core/loop.hpp>

namespace eddy {

template <class T>
class task;

namespace detail {

template <class T>
struct task_promise : frame {
  template <class U = T>
  void return_value(U&& value) {
    static_cast<result_node<T>*>(parent)->get().emplace(static_cast<U&&>(value));
  }
};

template <>
struct task_promise<void> : frame {
  void return_void() noexcept { static_cast<result_node<void>*>(parent)->get().emplace(); }
};

template <class T>
inline constexpr bool only_as_prvalue<task<T>> = true;

/// Reports, in debug mode, a task that went without having run.
void never_awaited(const frame& unstarted) noexcept;

}  // namespace detail

/// A coroutine that will give a `T`: lazy, immovable, and awaited in the expression that makes it.
///
/// It starts when awaited and ends by value, by exception or cancelled. Its arguments live in the
/// caller's expression until then, which is why a task cannot be kept: to run something in the
/// background or several things at once, use `create_task`, `gather` or a `task_group`.
///
/// Cancellation: reaches the operation the innermost coroutine waits for; once that has ended, the
/// frames are destroyed from there up to whoever asked. Destructors run, `catch` blocks do not.
template <class T = void>
class [[nodiscard("a task does nothing until it is awaited: co_await it")]] task final
    : public detail::result_node<T> {
 public:
  struct promise_type final : detail::task_promise<T> {
    // Called from the coroutine itself: until its first co_await its site is its own definition.
    task get_return_object(
        std::source_location defined = std::source_location::current()) noexcept {
      this->site = defined;
      return task(*this);
    }
    [[nodiscard]] detail::final_awaiter final_suspend() const noexcept { return {}; }
    void unhandled_exception() noexcept {
      if (this->bits & detail::dying) detail::destructor_threw();
      this->parent->fail(std::current_exception());
    }
  };
  static_assert(alignof(promise_type) == alignof(detail::frame));

#if defined(__clang__)  // the one compiler so far that lets a deletion say why
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc++26-extensions"
  task(task&&) = delete(
      "a task can be neither moved nor kept in a container: start it with eddy::create_task(f) and "
      "keep "
      "the handle");
#pragma clang diagnostic pop
#else
  task(task&&) = delete;
#endif

  ~task() {
    if (child_.get() != nullptr && (child_.get()->bits & detail::fresh)) [[unlikely]]
      detail::never_awaited(*child_.get());
  }

  // Awaiting: used by the compiler and by what runs tasks.

  [[nodiscard]] std::coroutine_handle<> suspend(detail::frame& owner) noexcept {
    owner_ = &owner;
    owner.child = this;
    detail::frame& child = *child_.get();
    child.adopt(owner, *this);
    return child.handle();
  }
  T await_resume() { return this->outcome_.take(); }

  /// Hands the unstarted frame to something that will run it.
  [[nodiscard]] detail::frame& release() noexcept { return *child_.release(); }

 private:
  explicit task(promise_type& promise) noexcept : child_(promise) {}

  void cancel(detail::frame&, bool hard) noexcept override { child_.cancel(hard); }
  detail::frame* done() noexcept override {
    owner_->child = nullptr;
    return owner_;
  }
  detail::frame* unwound() noexcept override {
    owner_->child = nullptr;
    return owner_;
  }
  detail::child_frame* running() noexcept override { return &child_; }
  [[nodiscard]] const char* describe() const noexcept override { return "task"; }

  detail::child_frame child_;
  detail::frame* owner_ = nullptr;
};

namespace detail {

template <class>
struct task_value;
template <class T>
struct task_value<task<T>> {
  using type = T;
};
/// The `T` of a `task<T>`.
template <class Task>
using task_value_t = typename task_value<std::remove_cvref_t<Task>>::type;

template <class Task>
concept any_task = requires { typename task_value<std::remove_cvref_t<Task>>::type; };

/// A callable that makes a task.
template <class F, class... Args>
concept makes_task = any_task<std::invoke_result_t<F, Args...>>;

}  // namespace detail
}  // namespace eddy
