// SPDX-License-Identifier: MIT
// Asio's coroutines on one thread, with its concrete executor: the type-erased one costs more.
#include <chrono>
#include <cstddef>
#include <deque>
#include <exception>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/basic_waitable_timer.hpp>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/experimental/channel.hpp>
#include <asio/experimental/coro.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

#include <rows.hpp>

using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

namespace {

using executor = asio::io_context::executor_type;
template <class T>
using task = asio::awaitable<T, executor>;
using channel = asio::experimental::basic_channel<executor, asio::experimental::channel_traits<>,
                                                  void(asio::error_code, long)>;
using steady_timer =
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>, executor>;

template <task<void> (*Row)(benchmark::State&, executor)>
void row(benchmark::State& state) {
  asio::io_context context(1);
  asio::co_spawn(context, Row(state, context.get_executor()), asio::detached);
  context.run();
}

constexpr asio::use_awaitable_t<executor> use_awaitable;

// Joins tasks that were spawned with a completion handler.
class latch {
 public:
  latch(executor home, int count)
      : count_(count), done_(home, std::chrono::steady_clock::time_point::max()) {}
  void arrive() {
    if (--count_ == 0) done_.cancel();
  }
  task<void> wait() {
    if (count_ > 0) co_await done_.async_wait(asio::experimental::as_tuple(use_awaitable));
  }

 private:
  int count_;
  steady_timer done_;
};

[[gnu::noinline]] task<long> ready(long x) { co_return x + 1; }

task<void> await_ready_task(benchmark::State& state, executor) {
  for (auto _ : state) benchmark::DoNotOptimize(co_await ready(1));
}
BENCHMARK(row<await_ready_task>)->Name("await_ready_task");

task<void> spawn_and_join(benchmark::State& state, executor home) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(co_await asio::co_spawn(home, ready(1), use_awaitable));
  }
}
BENCHMARK(row<spawn_and_join>)->Name("spawn_and_join");

task<void> spawn_many_and_join(benchmark::State& state, executor home) {
  for (auto _ : state) {
    latch joined(home, rows::spawned_at_once);
    for (int i = 0; i < rows::spawned_at_once; ++i) {
      asio::co_spawn(home, ready(i), [&](const std::exception_ptr&, long) { joined.arrive(); });
    }
    co_await joined.wait();
  }
  rows::count(state, rows::spawned_at_once);
}
BENCHMARK(row<spawn_many_and_join>)->Name("spawn_many_and_join");

task<void> yields(executor home, int n) {
  for (int i = 0; i < n; ++i) co_await asio::post(home, use_awaitable);
}

task<void> yield_between_two(benchmark::State& state, executor home) {
  for (auto _ : state) {
    latch joined(home, 1);
    asio::co_spawn(home, yields(home, rows::batch),
                   [&](const std::exception_ptr&) { joined.arrive(); });
    co_await yields(home, rows::batch);
    co_await joined.wait();
  }
  rows::count(state, 2 * rows::batch);
}
BENCHMARK(row<yield_between_two>)->Name("yield_between_two");

task<void> produce(channel& to) {
  for (long i = 0; i < rows::batch; ++i) {
    co_await to.async_send(asio::error_code(), i, use_awaitable);
  }
}

template <std::size_t Capacity>
task<void> queue(benchmark::State& state, executor home) {
  for (auto _ : state) {
    channel q(home, Capacity);
    latch joined(home, 1);
    asio::co_spawn(home, produce(q), [&](const std::exception_ptr&) { joined.arrive(); });
    for (int i = 0; i < rows::batch; ++i) {
      benchmark::DoNotOptimize(co_await q.async_receive(use_awaitable));
    }
    co_await joined.wait();
  }
  rows::count(state, rows::batch);
}
BENCHMARK(row<queue<1>>)->Name("queue_of_1");
BENCHMARK(row<queue<64>>)->Name("queue_of_64");

asio::experimental::coro<long> numbers(asio::any_io_executor) {
  for (long i = 0; i < rows::batch; ++i) co_yield i;
}

asio::experimental::coro<void> consume(asio::any_io_executor home, benchmark::State& state) {
  for (auto _ : state) {
    auto source = numbers(home);
    while (const auto x = co_await source) benchmark::DoNotOptimize(*x);
  }
}

void generator_next(benchmark::State& state) {
  asio::io_context context(1);
  auto consumer = consume(context.get_executor(), state);
  consumer.async_resume(asio::detached);
  context.run();
  rows::count(state, rows::batch);
}
BENCHMARK(generator_next);

// && takes no other executor than the type-erased one.
asio::awaitable<long> fib(asio::any_io_executor home, int n) {
  if (n < 2) co_return n;
  const auto [forked, here] =
      co_await (asio::co_spawn(home, fib(home, n - 1), asio::use_awaitable) && fib(home, n - 2));
  co_return forked + here;
}

void fork_join(benchmark::State& state) {
  for (auto _ : state) {
    asio::io_context context(1);
    asio::co_spawn(context, fib(context.get_executor(), rows::fib), asio::detached);
    context.run();
  }
  rows::count(state, rows::calls_of_fib);
}
BENCHMARK(fork_join)->Iterations(1);

task<void> sleep_until(executor home, std::chrono::steady_clock::time_point instant) {
  steady_timer t(home, instant);
  co_await t.async_wait(use_awaitable);
}

task<void> sleeping_tasks(benchmark::State& state, executor home) {
  const rows::memory memory;
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now() + rows::sleep_time;
    latch joined(home, rows::sleepers);
    for (int i = 0; i < rows::sleepers; ++i) {
      asio::co_spawn(home, sleep_until(home, start + rows::jitter(i)),
                     [&](const std::exception_ptr&) { joined.arrive(); });
    }
    co_await joined.wait();
  }
  memory.count(state, rows::sleepers);
  rows::count(state, rows::sleepers);
}
BENCHMARK(row<sleeping_tasks>)->Name("sleeping_tasks")->Iterations(1);

// The handler of a cancelled wait is part of what a cancelled timer costs here.
void timer(benchmark::State& state) {
  asio::io_context context(1);
  const auto deadline = std::chrono::steady_clock::now() + 1h;
  std::deque<steady_timer> others;
  for (int i = 0; i < rows::pending_timers; ++i) {
    others.emplace_back(context.get_executor(), deadline).async_wait([](asio::error_code) {});
  }
  steady_timer t(context.get_executor());
  for (auto _ : state) {
    for (int i = 0; i < rows::batch; ++i) {
      t.expires_at(deadline);
      t.async_wait([](asio::error_code) {});
      t.cancel();
    }
    context.poll();
  }
  rows::count(state, rows::batch);
}
BENCHMARK(timer);

task<void> nested(executor home, int depth) {
  if (depth > 1) co_return co_await nested(home, depth - 1);
  steady_timer t(home, std::chrono::steady_clock::time_point::max());
  co_await t.async_wait(use_awaitable);
}

task<void> cancel_tasks(benchmark::State& state, executor home) {
  for (auto _ : state) {
    state.PauseTiming();
    latch joined(home, rows::cancelled);
    std::vector<asio::cancellation_signal> stops(rows::cancelled);
    for (auto& stop : stops) {
      asio::co_spawn(home, nested(home, rows::nested),
                     asio::bind_cancellation_slot(
                         stop.slot(), [&](const std::exception_ptr&) { joined.arrive(); }));
    }
    co_await asio::post(home, use_awaitable);
    state.ResumeTiming();
    for (auto& stop : stops) stop.emit(asio::cancellation_type::terminal);
    co_await joined.wait();
  }
  rows::count(state, rows::cancelled);
}
BENCHMARK(row<cancel_tasks>)->Name("cancel_tasks");

}  // namespace
