// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include <eddy/core/finally.hpp>
#include <eddy/core/task.hpp>

namespace eddy {

/// A resource whose release is asynchronous: `task<> close(exit_status)`.
template <class R>
concept async_closable = requires(R& resource, exit_status end) {
  { resource.close(end) } -> std::same_as<task<>>;
};

namespace detail {

template <class R, class F>
task<task_value_t<std::invoke_result_t<F&, R&>>> use_and_close(R resource, F body) {
  co_return co_await finally([&] { return body(resource); },
                             [&](exit_status end) { return resource.close(end); });
}

// No suspension between the end of the acquiring and the start of the body: a resource that was
// acquired is always closed.
template <class R, class F>
task<task_value_t<std::invoke_result_t<F&, R&>>> acquire_and_close(task<R>&& acquire, F body) {
  R resource = co_await std::move(acquire);
  co_return co_await finally([&] { return body(resource); },
                             [&](exit_status end) { return resource.close(end); });
}

}  // namespace detail

/// Acquires a resource, runs `body(resource)` and closes the resource however the body ended:
/// `co_await with(open(path), [&](file& f) -> task<> { ... })`. Returns the body's value.
///
/// Errors: those of acquiring, of the body, or of `close`, the last one winning.
/// Cancellation: as in `finally`: `close` runs out of its reach.
template <async_closable R, class F>
  requires detail::makes_task<F&, R&>
[[nodiscard("co_await it")]] auto with(task<R>&& acquire, F body) {
  return detail::acquire_and_close<R, F>(std::move(acquire), std::move(body));
}

/// The same for a resource that is there already; it is moved in.
template <async_closable R, class F>
  requires(!std::is_lvalue_reference_v<R>) && detail::makes_task<F&, R&>
[[nodiscard("co_await it")]] auto with(R&& resource, F body) {
  return detail::use_and_close<R, F>(std::move(resource), std::move(body));
}

}  // namespace eddy
