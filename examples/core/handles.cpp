// SPDX-License-Identifier: MIT
// Tasks in the background, and who is told when they are cancelled.
#include <chrono>
#include <iostream>
#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/shield.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/wait_for.hpp>

using namespace std::chrono_literals;

eddy::task<int> count_to(int n) {
  for (int i = 0; i < n; ++i) co_await eddy::sleep(1s);
  co_return n;
}

eddy::task<> start() {
  // snippet: create_task
  const eddy::task_handle<int> three = eddy::create_task(count_to, 3);
  const auto endless = eddy::create_task({.name = "endless"}, count_to, 1'000'000);
  std::cout << co_await three << '\n';  // As often as you like, and from several tasks.

  endless.cancel();  // Asks; the task stops where it waits.
  try {
    co_await endless;
  } catch (const eddy::task_cancelled&) {
    std::cout << endless.name() << " was cancelled\n";
  }
  // end snippet

  // snippet: shield
  const auto saving = eddy::create_task(count_to, 5);
  // Ends the wait and leaves the task alone: asyncio's shield(task).
  (void)co_await eddy::wait_for_optional(saving, 1s);
  std::cout << (saving.done() ? "saved" : "still saving") << '\n';
  // Holds the cancel back until the work is done, and then has its value.
  const auto saved = co_await eddy::wait_for_optional(eddy::shield(count_to(5)), 1s);
  std::cout << (saved ? "saved" : "gave up") << '\n';
  // end snippet
}

int main() { return eddy::run(start, {.backend = eddy::backend_kind::sim}); }
