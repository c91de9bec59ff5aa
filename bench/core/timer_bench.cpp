// SPDX-License-Identifier: MIT
#include <chrono>
#include <vector>

#include <eddy_row.hpp>
#include <rows.hpp>

#include <eddy/core/loop.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/wait_for.hpp>

using namespace std::chrono_literals;

namespace {

eddy::task<> sleep_until(eddy::time_point instant) { co_await eddy::sleep_until(instant); }

eddy::task<> sleeping_tasks(benchmark::State& state) {
  const rows::memory memory;
  for (auto _ : state) {
    co_await eddy::with_task_group([](eddy::task_group& group) -> eddy::task<> {
      const eddy::time_point start = eddy::loop::current()->now() + rows::sleep_time;
      for (int i = 0; i < rows::sleepers; ++i) {
        group.create_task(sleep_until, start + rows::jitter(i));
      }
      co_return;
    });
  }
  memory.count(state, rows::sleepers);
  rows::count(state, rows::sleepers);
}
BENCHMARK(eddy_row<sleeping_tasks>)->Name("sleeping_tasks")->Iterations(1);

struct silent_timer final : eddy::detail::timer {
  void fire() noexcept override {}
};

// What every time limit costs an operation that ends before it.
eddy::task<> timer(benchmark::State& state) {
  eddy::loop& home = *eddy::loop::current();
  const eddy::time_point deadline = home.now() + 1h;
  std::vector<silent_timer> others(rows::pending_timers);
  for (auto& other : others) home.arm(other, deadline);
  for (auto _ : state) {
    silent_timer t;
    home.arm(t, deadline);
    home.disarm(t);
  }
  for (auto& other : others) home.disarm(other);
  co_return;
}
BENCHMARK(eddy_row<timer>)->Name("timer");

eddy::task<int> ready() { co_return 1; }

eddy::task<> wait_for_ready_task(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(co_await eddy::wait_for(ready(), 1h));
}
BENCHMARK(eddy_row<wait_for_ready_task>)->Name("wait_for_ready_task");

}  // namespace
