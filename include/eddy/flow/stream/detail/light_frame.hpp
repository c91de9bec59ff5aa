// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <eddy/core/detail/frame.hpp>

namespace eddy::detail {

/// A frame without a coroutine: what runs when the loop resumes it is a plain function. Through one
/// an awaiter can await in its turn, cancelled and unwound like a coroutine and without allocating.
///
/// Laid out as the compilers lay out every coroutine: the functions that resume and destroy it,
/// then the promise.
struct light_frame {
  using function = void (*)(void*);

  light_frame(function resume, function destroy) noexcept
      : on_resume(resume), on_destroy(destroy) {}
  light_frame(const light_frame&) = delete;
  light_frame& operator=(const light_frame&) = delete;

  function on_resume;
  function on_destroy;
  frame promise;
};
static_assert(offsetof(light_frame, promise) == 2 * sizeof(void*));

}  // namespace eddy::detail
