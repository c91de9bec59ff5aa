// SPDX-License-Identifier: MIT
#include <cstdint>
#include <utility>

#include <benchmark/benchmark.h>

#include <eddy/core/run.hpp>
#include <eddy/flow/stream.hpp>

namespace {

// The argument is the number of items: memory must not depend on it.
void pull_items_through_plain_adaptors(benchmark::State& state) {
  eddy::run([&]() -> eddy::task<> {
    for (auto _ : state) {
      std::int64_t sum = 0;
      co_await (eddy::iota(std::int64_t{0}, state.range(0)) |
                eddy::filter([](std::int64_t x) { return x % 2 == 0; }) |
                eddy::transform([](std::int64_t x) { return x + 1; }) |
                eddy::for_each([&](std::int64_t x) { sum += x; }));
      benchmark::DoNotOptimize(sum);
    }
  });
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(pull_items_through_plain_adaptors)->Arg(1'000)->Arg(1'000'000)->Arg(100'000'000);

eddy::async_generator<int> numbers(int last) {
  for (int i = 0; i < last; ++i) co_yield i;
}

void pull_items_from_a_generator(benchmark::State& state) {
  eddy::run([&]() -> eddy::task<> {
    for (auto _ : state) {
      int sum = 0;
      auto source = numbers(1'000);
      while (const int* x = co_await source.next()) sum += *x;
      benchmark::DoNotOptimize(sum);
    }
  });
  state.SetItemsProcessed(state.iterations() * 1'000);
}
BENCHMARK(pull_items_from_a_generator);

void map_items_in_tasks_of_their_own(benchmark::State& state) {
  eddy::run([&]() -> eddy::task<> {
    for (auto _ : state) {
      const auto call = [](int x) -> eddy::task<int> { co_return x; };
      benchmark::DoNotOptimize(co_await (
          eddy::iota(0, 1'000) | eddy::map_async(call, {.concurrency = 8}) | eddy::count()));
    }
  });
  state.SetItemsProcessed(state.iterations() * 1'000);
}
BENCHMARK(map_items_in_tasks_of_their_own);

}  // namespace
