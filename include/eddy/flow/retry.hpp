// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <type_traits>
#include <utility>

#include <eddy/core/sleep.hpp>
#include <eddy/core/task.hpp>
#include <eddy/core/time.hpp>
#include <eddy/flow/async_generator.hpp>
#include <eddy/flow/stream/async_iterable.hpp>

namespace eddy {

/// How often to try again, after which pauses, and for which errors.
struct retry_policy {
  std::size_t attempts = 3;                         ///< in all; 0: without end
  duration pause = std::chrono::milliseconds(100);  ///< before the second attempt
  double factor = 2;                                ///< each pause is so many times the one before
  duration longest = std::chrono::seconds(30);      ///< no pause is longer
  double jitter = 0.5;  ///< the part of a pause that is left to chance, from 0 to 1
  /// Which errors are worth another attempt; all if empty.
  std::function<bool(const std::exception_ptr&)> when = {};
};

/// For `retry_policy::when`: `{.when = is_error<timeout_error, io_error>}`.
template <class... Errors>
[[nodiscard]] bool is_error(const std::exception_ptr& error) {
  const auto is = [&]<class E>(std::type_identity<E>) {
    try {
      std::rethrow_exception(error);
    } catch (const E&) {
      return true;
    } catch (...) {
      return false;
    }
  };
  return (is(std::type_identity<Errors>()) || ...);
}

namespace detail {

/// Errors: throws `std::invalid_argument` for a policy that makes no sense.
void check(const retry_policy& policy);

/// The failures in a row, and what a policy says of them.
class failures {
 public:
  /// How long to wait for the next attempt. Rethrows `error` if there is to be none.
  duration another(const retry_policy& policy, const std::exception_ptr& error);
  void forget() noexcept { count_ = 0; }

 private:
  std::size_t count_ = 0;
};

template <class F>
class retrying {
 public:
  retrying(F f, retry_policy policy) : f_(std::move(f)), policy_(std::move(policy)) {}

  template <class... Args>
    requires makes_task<F&, Args&...>
  auto operator()(Args... args) -> task<task_value_t<std::invoke_result_t<F&, Args&...>>> {
    failures so_far;
    for (;;) {
      std::exception_ptr error;
      try {
        co_return co_await std::invoke(f_, args...);
      } catch (...) {
        error = std::current_exception();
      }
      co_await sleep(so_far.another(policy_, error));
    }
  }

 private:
  F f_;
  retry_policy policy_;
};

template <class F>
async_generator<stream_value_t<std::invoke_result_t<F&>>> restarted(F make, retry_policy policy) {
  failures so_far;
  for (;;) {
    std::exception_ptr error;
    try {
      auto stream = make();
      while (auto item = co_await stream.next()) {
        so_far.forget();
        co_yield *item;
      }
      co_return;
    } catch (...) {
      error = std::current_exception();
    }
    co_await sleep(so_far.another(policy, error));
  }
}

}  // namespace detail

/// A function that calls `f`, and calls it again with the same arguments when its task fails:
/// `urls | map_async(retry(fetch, {.attempts = 5}))`.
///
/// Errors: those of the last attempt, and those that `policy.when` refuses; `std::invalid_argument`
/// for a policy that makes no sense. Cancellation: in an attempt or a pause ends both.
/// Lifetime: outlives its calls, as the stage that it is given to sees to.
template <class F>
[[nodiscard]] auto retry(F f, retry_policy policy = {}) {
  detail::check(policy);
  return detail::retrying<F>(std::move(f), std::move(policy));
}

/// The items of the stream that `make()` gives, and when that fails of the next one that it gives.
/// An item that came resets the count of attempts. Items are not remembered: `make` knows where to
/// go on.
///
/// Errors: as `retry`.
template <class F>
  requires async_iterable<std::invoke_result_t<F&>>
[[nodiscard]] auto restart(F make, retry_policy policy = {}) {
  detail::check(policy);
  return detail::restarted<F>(std::move(make), std::move(policy));
}

}  // namespace eddy
