// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/support.hpp"

namespace eddy::testing {

/// What a seed decides: in which order tasks are started, who yields, who is cancelled.
class chance {
 public:
  explicit chance(unsigned seed) : random_(seed) {}
  [[nodiscard]] std::size_t below(std::size_t n) { return random_() % n; }
  [[nodiscard]] bool one_in(std::size_t n) { return below(n) == 0; }

  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  std::mt19937 random_;
};

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
