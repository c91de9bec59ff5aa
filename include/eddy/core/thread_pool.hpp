// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include <eddy/core/detail/pool_call.hpp>

namespace eddy {

/// The threads of a `thread_pool`.
struct thread_pool_options {
  int threads = 32;           ///< at most; they are started as needed
  std::string name = "pool";  ///< of the threads: `name-1`, `name-2`, ...
};

/// Threads of its own for calls that block: `to_thread` with a bound and a name.
///
/// Calls wait in line, oldest first, each in the frame of the task that awaits it: when all threads
/// are busy the callers wait, and nothing grows. Errors: the constructor throws
/// `std::invalid_argument` for less than one thread. Lifetime: must outlive its calls; the
/// destructor joins the threads, which are idle by then. Thread safety: tasks of any loop may use
/// one pool.
class thread_pool {
 public:
  explicit thread_pool(thread_pool_options options = {})
      : jobs_(options.threads, std::move(options.name)) {}

  /// Runs `f()` on one of the threads and gives what it returns.
  ///
  /// Errors: rethrows what `f` threw. Cancellation: a call that has not begun never runs; one that
  /// has is waited for, because it may use the caller's variables. If `f` takes a
  /// `std::stop_token`, the cancel asks it to stop.
  template <class F>
    requires detail::pool_callable<std::decay_t<F>>
  [[nodiscard("co_await it")]] auto run(F&& f) {
    return detail::pool_call<std::decay_t<F>>(jobs_, std::decay_t<F>(static_cast<F&&>(f)));
  }

 private:
  detail::job_pool jobs_;
};

}  // namespace eddy
