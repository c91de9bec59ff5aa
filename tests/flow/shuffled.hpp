// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "core/chance.hpp"
#include "core/support.hpp"

namespace eddy::testing {

/// Waits for all of `tasks`; how many of them were cancelled.
template <class T>
task<int> join_all(const std::vector<task_handle<T>>& tasks) {
  int cancelled = 0;
  for (const auto& each : tasks) {
    try {
      co_await each;
    } catch (const task_cancelled&) {
      ++cancelled;
    }
  }
  co_return cancelled;
}

}  // namespace eddy::testing
