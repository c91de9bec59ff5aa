// SPDX-License-Identifier: MIT
// Time limits: around one thing, around a block, or without an exception.
#include <chrono>
#include <iostream>

#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/wait_for.hpp>

using namespace std::chrono_literals;

eddy::task<int> answer(eddy::duration delay) {
  co_await eddy::sleep(delay);
  co_return 42;
}

eddy::task<> start() {
  std::cout << co_await eddy::wait_for(answer(1s), 2s) << '\n';

  try {
    co_await eddy::wait_for(answer(1h), 2s);
  } catch (const eddy::timeout_error&) {
    std::cout << "too slow\n";
  }

  if (const auto got = co_await eddy::wait_for_optional(answer(1h), 2s); !got) {
    std::cout << "nothing\n";
  }

  const int sum = co_await eddy::timeout(
      5s, []() -> eddy::task<int> { co_return co_await answer(2s) + co_await answer(2s); });
  std::cout << sum << '\n';
}

int main() { return eddy::run(start, {.backend = eddy::backend_kind::sim}); }
