// SPDX-License-Identifier: MIT
// Time limits: around one thing, around a block, without an exception, and one that moves.
#include <chrono>
#include <iostream>

#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/timeout.hpp>
#include <eddy/core/wait_for.hpp>

using namespace std::chrono_literals;

eddy::task<int> answer(eddy::duration delay) {
  co_await eddy::sleep(delay);
  co_return 42;
}

eddy::task<> start() {
  // snippet: wait_for
  std::cout << co_await eddy::wait_for(answer(1s), 2s) << '\n';

  try {
    co_await eddy::wait_for(answer(1h), 2s);
  } catch (const eddy::timeout_error&) {
    std::cout << "too slow\n";
  }

  if (const auto got = co_await eddy::wait_for_optional(answer(1h), 2s); !got) {
    std::cout << "nothing\n";
  }
  // end snippet

  const int sum = co_await eddy::timeout(
      5s, []() -> eddy::task<int> { co_return co_await answer(2s) + co_await answer(2s); });
  std::cout << sum << '\n';

  // snippet: reschedule
  // At most 3 s between two answers, however many there are.
  co_await eddy::timeout(3s, [](eddy::timeout_scope& limit) -> eddy::task<> {
    for (int i = 0; i < 10; ++i) {
      co_await answer(2s);
      limit.reschedule_after(3s);
    }
  });
  // end snippet
  std::cout << "all ten\n";

  // snippet: timeout_at
  // One deadline for several steps.
  const eddy::time_point deadline = eddy::loop::current()->now() + 3s;
  try {
    co_await eddy::timeout_at(deadline, [] { return answer(2s); });
    co_await eddy::timeout_at(deadline, [] { return answer(2s); });
  } catch (const eddy::timeout_error&) {
    std::cout << "the second step was too much\n";
  }
  // end snippet
}

int main() { return eddy::run(start, {.backend = eddy::backend_kind::sim}); }
