// SPDX-License-Identifier: MIT
// Who cancels: the ways in which a shape can be asked to stop.
#pragma once

#include <cstdint>
#include <optional>

#include <eddy/core/task.hpp>
#include <eddy/core/task_handle.hpp>

#include "plan.hpp"
#include "shapes.hpp"

namespace eddy::cancellation {

enum class scope : std::uint8_t {
  handle,          // the handle of its task
  group_body,      // the group in whose body it runs
  group_child,     // the group whose child it is
  race_loser,      // the race it loses
  inside_limit,    // somebody outside of its time limit
  inside_finally,  // somebody outside of the body it is, which has clean-up
  expiring_limit,  // the time limit itself, after k nanoseconds
};
inline constexpr scope scopes[] = {scope::handle,        scope::group_body,   scope::group_child,
                                   scope::race_loser,    scope::inside_limit, scope::inside_finally,
                                   scope::expiring_limit};

struct attempt {
  const shape& of;
  scope in;
  moment when;
  int k;
};

/// Runs the shape in its scope, inside the task `self`, with `at` cancelling it.
task<> run_in_scope(const attempt& what, plan& at, const std::optional<task_handle<>>& self);

}  // namespace eddy::cancellation
