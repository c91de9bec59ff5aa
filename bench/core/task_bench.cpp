// SPDX-License-Identifier: MIT
#include <chrono>

#include <eddy_row.hpp>
#include <rows.hpp>

#include <eddy/core/create_task.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>

namespace {

[[gnu::noinline]] eddy::task<long> ready(long x) { co_return x + 1; }

eddy::task<> await_ready_task(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(co_await ready(1));
}
BENCHMARK(eddy_row<await_ready_task>)->Name("await_ready_task");

eddy::task<> spawn_and_join(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(co_await eddy::create_task(ready, 1));
}
BENCHMARK(eddy_row<spawn_and_join>)->Name("spawn_and_join");

eddy::task<> spawn_many_and_join(benchmark::State& state) {
  for (auto _ : state) {
    co_await eddy::with_task_group([](eddy::task_group& group) -> eddy::task<> {
      for (int i = 0; i < rows::spawned_at_once; ++i) group.create_task(ready, i);
      co_return;
    });
  }
  rows::count(state, rows::spawned_at_once);
}
BENCHMARK(eddy_row<spawn_many_and_join>)->Name("spawn_many_and_join");

eddy::task<> yields(int n) {
  for (int i = 0; i < n; ++i) co_await eddy::yield();
}

eddy::task<> yield_between_two(benchmark::State& state) {
  for (auto _ : state) {
    auto other = eddy::create_task(yields, rows::batch);
    co_await yields(rows::batch);
    co_await other;
  }
  rows::count(state, 2 * rows::batch);
}
BENCHMARK(eddy_row<yield_between_two>)->Name("yield_between_two");

eddy::task<long> fib(int n) {
  if (n < 2) co_return n;
  const auto [one, other] = co_await eddy::gather(fib(n - 1), fib(n - 2));
  co_return one + other;
}

eddy::task<> fork_join(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(co_await fib(rows::fib));
  rows::count(state, rows::calls_of_fib);
}
// Once: the second time the free list is in no order any more, which is another measurement.
BENCHMARK(eddy_row<fork_join>)->Name("fork_join")->Iterations(1);

eddy::task<> nested(int depth) {
  if (depth == 1) co_return co_await eddy::sleep(std::chrono::hours(1));
  co_await nested(depth - 1);
}

eddy::task<> cancel_tasks(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    co_await eddy::with_task_group([&](eddy::task_group& group) -> eddy::task<> {
      for (int i = 0; i < rows::cancelled; ++i) group.create_task(nested, rows::nested);
      co_await eddy::yield();
      state.ResumeTiming();
      group.cancel();
    });
  }
  rows::count(state, rows::cancelled);
}
BENCHMARK(eddy_row<cancel_tasks>)->Name("cancel_tasks");

}  // namespace
