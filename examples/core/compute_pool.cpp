// SPDX-License-Identifier: MIT
// Work that keeps a core busy, on all cores and off the loop.
#include <algorithm>
#include <iostream>
#include <ranges>

#include <eddy/core/compute_pool.hpp>
#include <eddy/core/run.hpp>

// snippet: compute-pool
int steps_to_one(long n) {
  int steps = 0;
  for (; n != 1; ++steps) n = n % 2 == 0 ? n / 2 : 3 * n + 1;
  return steps;
}

eddy::task<> start() {
  eddy::compute_pool pool;  // a thread for each core
  std::cout << co_await pool.run([] { return steps_to_one(27); }) << '\n';

  const auto steps = co_await pool.map(std::views::iota(1, 10'000), steps_to_one);
  std::cout << std::ranges::max(steps) << '\n';
}
// end snippet

int main() { return eddy::run(start); }
