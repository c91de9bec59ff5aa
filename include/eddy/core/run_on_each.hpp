// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <eddy/core/detail/available_cores.hpp>
#include <eddy/core/detail/loop_thread.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/task_group.hpp>

namespace eddy {

/// How many loops, and how they run.
struct run_on_each_options {
  int loops = 0;              ///< 0: one for each core the process may use
  std::string name = "loop";  ///< of the threads: `name-0`, `name-1`, ...
  run_options run = {};       ///< of every loop; signals cancel the mains of all
};

namespace detail {

[[nodiscard]] int check_loops(int loops);

template <class T, class F>
task<std::vector<stored<T>>> run_loops(const F& f, const run_on_each_options& options, int loops) {
  std::vector<std::optional<stored<T>>> results(static_cast<std::size_t>(loops));
  co_await with_task_group([&](task_group& mains) -> task<> {
    for (int i = 0; i < loops; ++i) {
      mains.create_task({.name = options.name + "-" + std::to_string(i)}, [&, i]() -> task<> {
        auto& result = results[static_cast<std::size_t>(i)];
        if constexpr (std::is_void_v<T>) {
          co_await loop_thread_main<T, F>(f, i, options.name, options.run);
          result.emplace();
        } else {
          result.emplace(co_await loop_thread_main<T, F>(f, i, options.name, options.run));
        }
      });
    }
    co_return;
  });
  std::vector<stored<T>> all;
  all.reserve(results.size());
  for (auto& result : results) all.push_back(std::move(*result));
  co_return all;
}

}  // namespace detail

/// Runs `f(index)`, a callable that returns a task, as the main of each of several loops, one a
/// thread, until all have ended. Returns their values in order; for a `task<>` an exit status, as
/// `run` does. `f` is copied for each thread.
///
/// The calling thread waits, and takes the signals. Errors: the first failure cancels the other
/// mains and is rethrown when all loops have ended; more than one as `error_group`.
/// `std::logic_error` inside a running loop, `std::invalid_argument` for a negative number of
/// loops, and `task_cancelled` when signals stopped mains that have a value to return.
/// Cancellation: SIGINT and SIGTERM cancel every main, see `run_options::handle_signals`.
template <class F>
auto run_on_each(const run_on_each_options& options, F f) {
  static_assert(detail::makes_task<F&, int>,
                "run_on_each(options, f): f must be callable with the index of a loop and return "
                "eddy::task");
  using value = detail::task_value_t<std::invoke_result_t<F&, int>>;
  const int loops = detail::check_loops(options.loops);
  if constexpr (std::is_void_v<value>) {
    return run([&]() -> task<> { co_await detail::run_loops<value>(f, options, loops); },
               options.run);
  } else {
    return run([&] { return detail::run_loops<value>(f, options, loops); }, options.run);
  }
}

}  // namespace eddy
