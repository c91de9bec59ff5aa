// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/stream.hpp>
#include <eddy/testing/test.hpp>

#include "core/support.hpp"

namespace eddy::testing {

using ints = std::vector<int>;

/// 1, 2, … `last`, each after a second; counted while it is alive.
inline async_generator<int> slowly(int last) {
  const counted alive;
  for (int i = 1; i <= last; ++i) {
    co_await sleep(1s);
    co_yield i;
  }
}

/// 1, 2, … and then an exception.
inline async_generator<int> failing_after(int last) {
  for (int i = 1; i <= last; ++i) co_yield i;
  throw std::runtime_error("the source failed");
}

/// Fails when the second is copied, and when the third is moved.
struct brittle {
  explicit brittle(int n) : number(n) {}
  brittle(const brittle& other) : number(other.number) {
    if (number == 2) throw std::runtime_error("copied");
  }
  brittle(brittle&& other) : number(other.number) {
    if (number == 3) throw std::runtime_error("moved");
  }
  int number;
};

/// Notes how often it is asked.
class asked {
 public:
  explicit asked(int& times) noexcept : times_(&times) {}
  auto next() {
    ++*times_;
    return numbers_.next();
  }

 private:
  int* times_;
  decltype(iota(1)) numbers_ = iota(1);
};

}  // namespace eddy::testing
