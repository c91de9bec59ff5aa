// SPDX-License-Identifier: MIT
#include <eddy_row.hpp>
#include <rows.hpp>

#include <eddy/flow/async_generator.hpp>

namespace {

eddy::async_generator<long> numbers() {
  for (long i = 0; i < rows::batch; ++i) co_yield i;
}

eddy::task<> generator_next(benchmark::State& state) {
  for (auto _ : state) {
    auto source = numbers();
    while (const long* x = co_await source.next()) benchmark::DoNotOptimize(*x);
  }
  rows::count(state, rows::batch);
}
BENCHMARK(eddy_row<generator_next>)->Name("generator_next");

}  // namespace
