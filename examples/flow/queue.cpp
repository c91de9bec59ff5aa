// SPDX-License-Identifier: MIT
// Two workers behind a queue of two: whoever fills it waits for them.
#include <chrono>
#include <iostream>

#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/flow/queue.hpp>

using namespace std::chrono_literals;

eddy::task<> worker(char name, eddy::queue<int>& jobs) {
  try {
    for (;;) {
      const int job = co_await jobs.get();
      co_await eddy::sleep(1s);
      std::cout << name << " did " << job << '\n';
    }
  } catch (const eddy::queue_shut_down&) {
    std::cout << name << " ends\n";
  }
}

eddy::task<> start() {
  eddy::queue<int> jobs(2);
  co_await eddy::with_task_group([&](eddy::task_group& group) -> eddy::task<> {
    group.create_task(worker, 'a', std::ref(jobs));
    group.create_task(worker, 'b', std::ref(jobs));
    for (int job = 1; job <= 6; ++job) co_await jobs.put(job);
    jobs.shutdown();
  });
}

int main() { return eddy::run(start, {.backend = eddy::backend_kind::sim}); }
