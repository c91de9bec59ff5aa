// SPDX-License-Identifier: MIT
// Two requests a second, however many ask.
#include <chrono>
#include <iostream>

#include <eddy/core/loop.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/flow/rate_limiter.hpp>

using namespace std::chrono_literals;

eddy::task<> request(int number, eddy::rate_limiter& limiter) {
  co_await limiter.acquire();
  const auto now = eddy::loop::current()->now().time_since_epoch();
  std::cout << number << " at " << now / 1ms << " ms\n";
}

eddy::task<> start() {
  eddy::rate_limiter limiter(2, 1s);
  co_await eddy::with_task_group([&](eddy::task_group& group) -> eddy::task<> {
    for (int i = 1; i <= 6; ++i) group.create_task(request, i, std::ref(limiter));
    co_return;
  });
}

int main() { return eddy::run(start, {.backend = eddy::backend_kind::sim}); }
