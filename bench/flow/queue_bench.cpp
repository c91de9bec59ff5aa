// SPDX-License-Identifier: MIT
#include <cstddef>
#include <functional>

#include <eddy_row.hpp>
#include <rows.hpp>

#include <eddy/core/create_task.hpp>
#include <eddy/flow/queue.hpp>

namespace {

eddy::task<> produce(eddy::queue<long>& q) {
  for (long i = 0; i < rows::batch; ++i) co_await q.put(i);
}

template <std::size_t Capacity>
eddy::task<> queue(benchmark::State& state) {
  for (auto _ : state) {
    eddy::queue<long> q(Capacity);
    auto producer = eddy::create_task(produce, std::ref(q));
    for (int i = 0; i < rows::batch; ++i) benchmark::DoNotOptimize(co_await q.get());
    co_await producer;
  }
  rows::count(state, rows::batch);
}
BENCHMARK(eddy_row<queue<1>>)->Name("queue_of_1");
BENCHMARK(eddy_row<queue<64>>)->Name("queue_of_64");

}  // namespace
