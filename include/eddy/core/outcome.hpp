// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <type_traits>
#include <utility>
#include <variant>

#include <eddy/core/cancel.hpp>
#include <eddy/core/detail/as_task.hpp>
#include <eddy/core/detail/result.hpp>

namespace eddy {

/// How a piece of work ended: a value, an exception, or cancelled.
template <class T>
class outcome {
 public:
  static outcome of_value(detail::stored<T> value) {
    return outcome(std::in_place_index<0>, std::move(value));
  }
  static outcome of_error(std::exception_ptr error) {
    return outcome(std::in_place_index<1>, std::move(error));
  }
  static outcome of_cancelled(task_cancelled why) {
    return outcome(std::in_place_index<2>, std::move(why));
  }

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  [[nodiscard]] bool has_error() const noexcept { return state_.index() == 1; }
  [[nodiscard]] bool is_cancelled() const noexcept { return state_.index() == 2; }
  [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }

  /// The value. Errors: rethrows the exception; throws `task_cancelled`.
  detail::stored<T>& value() & {
    if (has_error()) std::rethrow_exception(std::get<1>(state_));
    if (is_cancelled()) throw std::get<2>(state_);
    return std::get<0>(state_);
  }
  detail::stored<T> value() && { return std::move(value()); }

  /// The exception, or null.
  [[nodiscard]] std::exception_ptr error() const noexcept {
    return has_error() ? std::get<1>(state_) : nullptr;
  }
  /// Who cancelled it and why. Requires: `is_cancelled()`.
  [[nodiscard]] const cancel_reason& reason() const { return std::get<2>(state_).reason(); }

 private:
  template <std::size_t I, class U>
  outcome(std::in_place_index_t<I> which, U&& with) : state_(which, static_cast<U&&>(with)) {}

  std::variant<detail::stored<T>, std::exception_ptr, task_cancelled> state_;
};

namespace detail {

/// What the exception that is being handled says of how work ended.
template <class T>
outcome<T> caught_outcome() {
  try {
    throw;
  } catch (const task_cancelled& why) {
    return outcome<T>::of_cancelled(why);
  } catch (...) {
    return outcome<T>::of_error(std::current_exception());
  }
}

/// The outcome of a frame that has ended, by value or by error.
template <class T>
outcome<T> take_outcome(result<T>& from) {
  if (from.has_value()) return outcome<T>::of_value(std::move(from.value()));
  try {
    std::rethrow_exception(from.error());
  } catch (...) {
    return caught_outcome<T>();
  }
}

template <class Awaitable>
task<outcome<await_value_t<Awaitable>>> into_outcome(Awaitable&& work) {
  using value = await_value_t<Awaitable>;
  try {
    if constexpr (std::is_void_v<value>) {
      co_await static_cast<Awaitable&&>(work);
      co_return outcome<value>::of_value({});
    } else {
      co_return outcome<value>::of_value(co_await static_cast<Awaitable&&>(work));
    }
  } catch (...) {
    co_return caught_outcome<value>();
  }
}

/// Marks the `outcome` that is still to be awaited.
template <class Awaitable>
struct pending;

/// Of an operation it is one itself.
template <class Awaitable>
inline constexpr bool runs_tasks<outcome<pending<Awaitable>>> = runs_tasks<Awaitable>;

}  // namespace detail

/// `co_await outcome(work())` gives an `outcome<T>` and never throws what `work` threw.
///
/// It reports as cancelled what somebody else cancelled: a handle, or a scope inside `work`.
/// Cancellation: of the caller is not an outcome; it unwinds the caller as always.
template <class Awaitable>
class [[nodiscard("co_await outcome(...)")]] outcome<detail::pending<Awaitable>> {
 public:
  explicit outcome(Awaitable&& work) noexcept : work_(static_cast<Awaitable&&>(work)) {}
  auto operator co_await() && { return detail::into_outcome(static_cast<Awaitable&&>(work_)); }

 private:
  Awaitable&& work_;
};

template <detail::awaitable Awaitable>
outcome(Awaitable&&) -> outcome<detail::pending<Awaitable>>;

}  // namespace eddy
