// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>
#include <variant>

#include <eddy/core/detail/as_task.hpp>
#include <eddy/core/timeout.hpp>

namespace eddy {
namespace detail {

template <class T>
class wait_for_base : public limited<T> {
 public:
  wait_for_base(frame_ptr work, bool runs_tasks, duration limit,
                std::source_location where) noexcept
      : limited<T>(time_limit(limit), where), runs_tasks_(runs_tasks) {
    this->work_.reset(*work.release());
  }

  std::coroutine_handle<> suspend(frame& owner) {
    const bool has_time = this->begin(owner);
    if (!has_time && runs_tasks_) return this->not_started();
    if (has_time) this->watch();
    return this->run(owner);
  }

 protected:
  ~wait_for_base() = default;

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "wait_for"; }

  bool runs_tasks_;
};

template <class T>
class wait_for_awaiter final : public wait_for_base<T> {
 public:
  using wait_for_base<T>::wait_for_base;
  T await_resume() { return this->take_in_time(); }
};

template <class T>
class wait_for_optional_awaiter final : public wait_for_base<T> {
 public:
  using wait_for_base<T>::wait_for_base;
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

}  // namespace detail

/// Awaits `work` for at most `limit`.
///
/// When the limit expires `work` is cancelled, and its end awaited, clean-up included. An operation
/// that finished first gives its value all the same. With a limit of zero or less nothing is
/// started, neither a task nor a read or write; what is there already is given: the value of a
/// handle that is done, a free lock, a queued item. Errors: throws `timeout_error` if and only if
/// its own limit ended `work`. Cancellation: from outside passes through and stays a cancel, also
/// when the limit expires meanwhile.
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

}  // namespace eddy
