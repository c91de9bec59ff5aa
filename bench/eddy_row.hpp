// SPDX-License-Identifier: MIT
#pragma once

#include <benchmark/benchmark.h>

#include <eddy/core/run.hpp>
#include <eddy/core/task.hpp>

/// A benchmark from a coroutine that takes the state: `BENCHMARK(eddy_row<f>)->Name("f")`.
template <eddy::task<> (*Row)(benchmark::State&)>
void eddy_row(benchmark::State& state) {
  eddy::run([&] { return Row(state); });
}
