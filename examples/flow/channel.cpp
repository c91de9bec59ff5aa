// SPDX-License-Identifier: MIT
// Items from loop to loop, with a bound on what is under way.
#include <atomic>
#include <iostream>

#include <eddy/core/create_task.hpp>
#include <eddy/core/run_on_each.hpp>
#include <eddy/flow/channel.hpp>
#include <eddy/flow/stream/async_iterable.hpp>

// snippet: channel
eddy::task<long> produce_and_consume(eddy::channel<int>& work, std::atomic<int>& producing) {
  const auto producer = eddy::create_task([&]() -> eddy::task<> {
    for (int i = 1; i <= 1000; ++i) co_await work.send(i);  // waits while it is full
    if (--producing == 0) work.close();
  });
  long sum = 0;
  // Until it is closed and empty; each item goes to one loop.
  EDDY_FOR (const int item, work) sum += item;
  co_await producer;
  co_return sum;
}

int main() {
  constexpr int loops = 2;
  eddy::channel<int> work(16);
  std::atomic<int> producing = loops;
  long sum = 0;
  for (const long part : eddy::run_on_each(
           {.loops = loops}, [&](int) { return produce_and_consume(work, producing); })) {
    sum += part;
  }
  std::cout << sum << '\n';
}
// end snippet
