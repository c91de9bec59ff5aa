// SPDX-License-Identifier: MIT
#pragma once

#include <ranges>
#include <string>
#include <type_traits>
#include <utility>

#include <eddy/core/detail/available_cores.hpp>
#include <eddy/core/detail/pool_call.hpp>
#include <eddy/core/detail/pool_map.hpp>

namespace eddy {

/// The threads of a `compute_pool`.
struct compute_pool_options {
  int threads = 0;               ///< 0: one for each core the process may use
  std::string name = "compute";  ///< of the threads: `name-1`, `name-2`, ...
};

/// Threads for work that keeps a core busy: what a process pool is for in Python.
///
/// Errors: the constructor throws `std::invalid_argument` for a negative number of threads.
/// Lifetime: must outlive its calls; the destructor joins the threads, which are idle by then.
/// Thread safety: tasks of any loop may use one pool.
class compute_pool {
 public:
  explicit compute_pool(compute_pool_options options = {})
      : jobs_(options.threads == 0 ? detail::available_cores() : options.threads,
              std::move(options.name)) {}

  /// Runs `f()` on one of the threads and gives what it returns.
  ///
  /// Errors: rethrows what `f` threw. Cancellation: a call that has not begun never runs; one that
  /// has is waited for. If `f` takes a `std::stop_token`, the cancel asks it to stop.
  template <class F>
    requires detail::pool_callable<std::decay_t<F>>
  [[nodiscard("co_await it")]] auto run(F&& f) {
    return detail::pool_call<std::decay_t<F>>(jobs_, std::decay_t<F>(static_cast<F&&>(f)));
  }

  /// Runs `f(item)` for every item, on all threads, and gives what it returned as a vector in the
  /// order of the items; nothing if `f` returns nothing. `f` is called from several threads at
  /// once.
  ///
  /// A range that has a name is used in place, any other is moved in. Errors: the first failure
  /// stops the rest after the items in progress, and is rethrown. Cancellation: likewise; the items
  /// in progress are waited for.
  template <std::ranges::random_access_range Range, class F>
    requires std::ranges::sized_range<Range> &&
             std::invocable<const F&, std::ranges::range_reference_t<Range>>
  [[nodiscard("co_await it")]] auto map(Range&& items, F f) {
    return detail::pool_map<Range, F>(jobs_, static_cast<Range&&>(items), std::move(f));
  }

 private:
  detail::job_pool jobs_;
};

}  // namespace eddy
