// SPDX-License-Identifier: MIT
#include <chrono>

#include <benchmark/benchmark.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/wait_for.hpp>

using namespace std::chrono_literals;

namespace {

eddy::task<int> ready() { co_return 1; }

void await_a_ready_task(benchmark::State& state) {
  eddy::run([&]() -> eddy::task<> {
    for (auto _ : state) benchmark::DoNotOptimize(co_await ready());
  });
}
BENCHMARK(await_a_ready_task);

void spawn_a_task_and_join_it(benchmark::State& state) {
  eddy::run([&]() -> eddy::task<> {
    for (auto _ : state) benchmark::DoNotOptimize(co_await eddy::create_task(ready));
  });
}
BENCHMARK(spawn_a_task_and_join_it);

void yield_between_two_tasks(benchmark::State& state) {
  eddy::run([&]() -> eddy::task<> {
    bool over = false;
    co_await eddy::with_task_group([&](eddy::task_group& group) -> eddy::task<> {
      group.create_task([&]() -> eddy::task<> {
        while (!over) co_await eddy::yield();
      });
      for (auto _ : state) co_await eddy::yield();
      over = true;
    });
  });
  state.SetItemsProcessed(2 * state.iterations());
}
BENCHMARK(yield_between_two_tasks);

// A time limit that never expires: a timer scheduled and cancelled.
void await_a_ready_task_with_a_time_limit(benchmark::State& state) {
  eddy::run([&]() -> eddy::task<> {
    for (auto _ : state) benchmark::DoNotOptimize(co_await eddy::wait_for(ready(), 1h));
  });
}
BENCHMARK(await_a_ready_task_with_a_time_limit);

}  // namespace
