// SPDX-License-Identifier: MIT
#include <eddy_row.hpp>

#include <eddy/flow/mutex.hpp>

namespace {

eddy::task<> mutex_uncontended(benchmark::State& state) {
  eddy::mutex m;
  benchmark::DoNotOptimize(&m);  // from here on it may be seen by others
  for (auto _ : state) {
    const auto guard = co_await m.lock();
    benchmark::ClobberMemory();
  }
}
BENCHMARK(eddy_row<mutex_uncontended>)->Name("mutex_uncontended");

}  // namespace
