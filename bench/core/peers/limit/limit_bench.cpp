// SPDX-License-Identifier: MIT
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include <rows.hpp>
#include "flow.hpp"
#include "runtime.hpp"
#include "timers.hpp"

using namespace std::chrono_literals;
using limit::task;

namespace {

[[gnu::noinline]] task<long> ready(long x) { co_return x + 1; }

// Runs a row's coroutine, which takes the state and has no result.
template <task<int> (*Row)(benchmark::State&)>
void row(benchmark::State& state) {
  limit::run(Row(state));
}

task<int> await_ready_task(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(co_await ready(1));
  co_return 0;
}
BENCHMARK(row<await_ready_task>)->Name("await_ready_task");

task<int> spawn_and_join(benchmark::State& state) {
  for (auto _ : state) {
    auto spawned = ready(1);
    spawned.start();
    benchmark::DoNotOptimize(co_await spawned);
  }
  co_return 0;
}
BENCHMARK(row<spawn_and_join>)->Name("spawn_and_join");

task<int> spawn_many_and_join(benchmark::State& state) {
  for (auto _ : state) {
    std::vector<task<long>> tasks;
    tasks.reserve(rows::spawned_at_once);
    for (int i = 0; i < rows::spawned_at_once; ++i) {
      tasks.push_back(ready(i));
      tasks.back().start();
    }
    for (auto& spawned : tasks) benchmark::DoNotOptimize(co_await spawned);
  }
  rows::count(state, rows::spawned_at_once);
  co_return 0;
}
BENCHMARK(row<spawn_many_and_join>)->Name("spawn_many_and_join");

task<int> yields(int n) {
  for (int i = 0; i < n; ++i) co_await limit::yield();
  co_return 0;
}

task<int> yield_between_two(benchmark::State& state) {
  for (auto _ : state) {
    auto other = yields(rows::batch);
    other.start();
    co_await yields(rows::batch);
    co_await other;
  }
  rows::count(state, 2 * rows::batch);
  co_return 0;
}
BENCHMARK(row<yield_between_two>)->Name("yield_between_two");

task<int> produce(limit::queue<long>& q) {
  for (long i = 0; i < rows::batch; ++i) co_await q.put(i);
  co_return 0;
}

template <std::size_t Capacity>
task<int> queue(benchmark::State& state) {
  for (auto _ : state) {
    limit::queue<long> q(Capacity);
    auto producer = produce(q);
    producer.start();
    for (int i = 0; i < rows::batch; ++i) benchmark::DoNotOptimize(co_await q.get());
    co_await producer;
  }
  rows::count(state, rows::batch);
  co_return 0;
}
BENCHMARK(row<queue<1>>)->Name("queue_of_1");
BENCHMARK(row<queue<64>>)->Name("queue_of_64");

limit::generator<long> numbers() {
  for (long i = 0; i < rows::batch; ++i) co_yield i;
}

task<int> generator_next(benchmark::State& state) {
  for (auto _ : state) {
    auto source = numbers();
    while (const auto x = co_await source.next()) benchmark::DoNotOptimize(*x);
  }
  rows::count(state, rows::batch);
  co_return 0;
}
BENCHMARK(row<generator_next>)->Name("generator_next");

task<int> mutex_uncontended(benchmark::State& state) {
  limit::mutex m;
  benchmark::DoNotOptimize(&m);  // from here on it may be seen by others
  for (auto _ : state) {
    co_await m.lock();
    benchmark::ClobberMemory();
    m.unlock();
  }
  co_return 0;
}
BENCHMARK(row<mutex_uncontended>)->Name("mutex_uncontended");

task<long> fib(int n) {
  if (n < 2) co_return n;
  auto forked = fib(n - 1);
  forked.start();
  const long here = co_await fib(n - 2);
  co_return here + co_await forked;
}

task<int> fork_join(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(co_await fib(rows::fib));
  rows::count(state, rows::calls_of_fib);
  co_return 0;
}
// Once: the second time the free list is in no order any more, which is another measurement.
BENCHMARK(row<fork_join>)->Name("fork_join")->Iterations(1);

task<int> sleep_until(limit::clock::time_point deadline) {
  co_await limit::sleep_until{deadline};
  co_return 0;
}

task<int> sleeping_tasks(benchmark::State& state) {
  rows::memory memory;
  for (auto _ : state) {
    const auto start = limit::clock::now() + rows::sleep_time;
    std::vector<task<int>> tasks;
    tasks.reserve(rows::sleepers);
    for (int i = 0; i < rows::sleepers; ++i) {
      tasks.push_back(sleep_until(start + rows::jitter(i)));
      tasks.back().start();
    }
    for (auto& sleeper : tasks) co_await sleeper;
  }
  memory.count(state, rows::sleepers);
  rows::count(state, rows::sleepers);
  co_return 0;
}
BENCHMARK(row<sleeping_tasks>)->Name("sleeping_tasks")->Iterations(1);

void timer(benchmark::State& state) {
  const auto wheel = std::make_unique<limit::timer_wheel>();
  std::vector<limit::timer_wheel::timer> others(rows::pending_timers);
  const auto deadline = limit::clock::now() + 1h;
  for (auto& other : others) wheel->arm(other, deadline);
  for (auto _ : state) {
    limit::timer_wheel::timer t;
    wheel->arm(t, deadline);
    benchmark::ClobberMemory();
    limit::timer_wheel::disarm(t);
  }
}
BENCHMARK(timer);

task<int> nested(int depth) {
  if (depth == 1) co_return co_await sleep_until(limit::clock::time_point::max());
  co_return co_await nested(depth - 1);
}

// Nothing to ask and nobody to tell: the frames are destroyed.
task<int> cancel_tasks(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<task<int>> tasks;
    tasks.reserve(rows::cancelled);
    for (int i = 0; i < rows::cancelled; ++i) {
      tasks.push_back(nested(rows::nested - 1));
      tasks.back().start();
    }
    co_await limit::yield();
    state.ResumeTiming();
    tasks.clear();
    limit::sleeping = {};
  }
  rows::count(state, rows::cancelled);
  co_return 0;
}
BENCHMARK(row<cancel_tasks>)->Name("cancel_tasks");

}  // namespace
