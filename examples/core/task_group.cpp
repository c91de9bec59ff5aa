// SPDX-License-Identifier: MIT
// Tasks that cannot outlive the block that started them.
#include <chrono>
#include <iostream>
#include <stdexcept>

#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>

using namespace std::chrono_literals;

eddy::task<> work(char name, int steps) {
  for (int i = 1; i <= steps; ++i) {
    co_await eddy::sleep(1s);
    std::cout << name << i << ' ';
  }
  if (steps == 3) throw std::runtime_error("c broke");
}

eddy::task<> start() {
  // snippet: task_group
  const int total = co_await eddy::with_task_group([](eddy::task_group& group) -> eddy::task<int> {
    group.create_task(work, 'a', 1);
    group.create_task(work, 'b', 2);
    co_return 2;
  });
  // end snippet
  std::cout << "\nall " << total << " have ended\n";
  try {
    co_await eddy::with_task_group([](eddy::task_group& group) -> eddy::task<> {
      group.create_task(work, 'c', 3);
      group.create_task(work, 'd', 100);  // cancelled when c breaks
      co_return;
    });
  } catch (const std::runtime_error& error) {
    std::cout << '\n' << error.what() << '\n';
  }
}

int main() { return eddy::run(start, {.backend = eddy::backend_kind::sim}); }
