// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include <eddy/core/detail/result.hpp>
#include <eddy/core/task.hpp>

namespace eddy::detail {

template <class Awaitable>
decltype(auto) get_awaiter(Awaitable&& a) {
  if constexpr (requires { static_cast<Awaitable&&>(a).operator co_await(); }) {
    return static_cast<Awaitable&&>(a).operator co_await();
  } else {
    return static_cast<Awaitable&&>(a);
  }
}

/// What `co_await a` gives.
template <awaitable Awaitable>
using await_value_t = decltype(get_awaiter(std::declval<Awaitable>()).await_resume());

/// Awaiting it runs coroutines that were given to it. Anything else is an operation, which may be
/// ready.
template <awaitable Awaitable>
inline constexpr bool runs_tasks =
    std::is_base_of_v<result_node<await_value_t<Awaitable>>,
                      std::remove_cvref_t<decltype(get_awaiter(std::declval<Awaitable>()))>>;

/// Awaits in a frame of its own what is not a task: an operation, a handle. `a` stays where it is,
/// in the expression that awaits the result.
template <class Awaitable>
task<await_value_t<Awaitable>> run_awaitable(Awaitable&& a) {
  co_return co_await static_cast<Awaitable&&>(a);
}

struct destroy_frame {
  void operator()(frame* f) const noexcept { f->handle().destroy(); }
};
/// A frame that has not been started.
using frame_ptr = std::unique_ptr<frame, destroy_frame>;

/// The frame that runs `a`: a task's own, or one made for it.
template <awaitable Awaitable>
frame_ptr into_frame(Awaitable&& a) {
  if constexpr (any_task<Awaitable>) {
    static_assert(!std::is_lvalue_reference_v<Awaitable>,
                  "pass a task as the expression that makes it, f(), or start it with "
                  "eddy::create_task(f) and pass the handle");
    return frame_ptr(&a.release());
  } else {
    return frame_ptr(&run_awaitable(static_cast<Awaitable&&>(a)).release());
  }
}

}  // namespace eddy::detail
