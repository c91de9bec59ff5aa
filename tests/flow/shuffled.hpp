// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/chance.hpp"
#include "core/support.hpp"

namespace eddy::testing {

/// Runs `body(chance&)` on a loop of its own under fifty seeds.
template <class Body>
void under_fifty_seeds(Body body) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    chance random(seed);
    run([&] { return body(random); }, virtual_time);
  }
}

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
