// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <functional>
#include <string>
#include <utility>

#include <eddy/core/detail/supervisor.hpp>
#include <eddy/core/task_handle.hpp>

namespace eddy {

/// What to know of a task besides its code.
struct task_options {
  std::string name = {};  ///< shown in the task tree and in messages
};

namespace detail {

[[nodiscard]] loop& require_loop(const char* what);

/// Misuse gets one line that names the fix; what is false here stops the compiler from adding to
/// it.
template <class F, class... Args>
consteval bool check_spawnable() {
  if constexpr (any_task<F>) {
    static_assert(!any_task<F>,
                  "create_task takes the function, not its task: write create_task(f, args...) "
                  "instead of create_task(f(args...))");
  } else if constexpr (!std::invocable<std::decay_t<F>&, std::decay_t<Args>...>) {
    static_assert(
        std::invocable<std::decay_t<F>&, std::decay_t<Args>...>,
        "create_task(f, args...): f cannot be called with these arguments; they are copied, "
        "use std::ref for references");
  } else {
    static_assert(makes_task<std::decay_t<F>&, std::decay_t<Args>...>,
                  "create_task(f, args...): f must be a coroutine that returns eddy::task");
  }
  return makes_task<std::decay_t<F>&, std::decay_t<Args>...>;
}

template <class F, class... Args>
auto spawn_handle(supervisor& owner, loop& home, std::uint64_t parent, F&& f, Args&&... args) {
  if constexpr (check_spawnable<F, Args...>()) {
    return task_handle<spawn_value_t<F, Args...>>(
        *spawn(owner, home, parent, static_cast<F&&>(f), static_cast<Args&&>(args)...));
  }
}

}  // namespace detail

/// Starts `f(args...)` in the background: it runs when the caller next suspends, and is cancelled
/// and joined when `run` ends if it has not ended before. Prefer a `task_group`, which joins it
/// here.
///
/// `f` and `args` are copied or moved in and owned until the task ends; pass `std::ref` for
/// references. Errors: throws `std::logic_error` outside `eddy::run`. An error of the task that
/// nobody awaits is reported when the last handle is gone.
template <class F, class... Args>
auto create_task(F&& f, Args&&... args) {
  loop& home = detail::require_loop("create_task");
  return detail::spawn_handle(home.background(), home, detail::current_task_id(home),
                              static_cast<F&&>(f), static_cast<Args&&>(args)...);
}

/// The same, with a name: `create_task({.name = "reader"}, read_all, path)`.
template <class F, class... Args>
auto create_task(task_options options, F&& f, Args&&... args) {
  auto handle = create_task(static_cast<F&&>(f), static_cast<Args&&>(args)...);
  handle.set_name(std::move(options.name));
  return handle;
}

}  // namespace eddy
