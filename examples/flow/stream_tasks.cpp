// SPDX-License-Identifier: MIT
// Stages with tasks of their own: several calls at once, time, several readers.
#include <chrono>
#include <iostream>
#include <string>
#include <vector>

#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/stream.hpp>

using namespace std::chrono_literals;
using namespace eddy;

duration now() { return loop::current()->now().time_since_epoch(); }
std::string at() { return std::to_string(now() / 1ms) + " ms  "; }

void show(std::string name, const std::vector<int>& items) {
  std::cout << at() << name << ':';
  for (const int x : items) std::cout << ' ' << x;
  std::cout << '\n';
}

// snippet: map-async
task<std::string> fetch(int page) {
  co_await eddy::sleep(100ms * (4 - page));
  co_return "page " + std::to_string(page);
}

task<> fetch_all() {
  EDDY_FOR (const auto& page, iota(1, 4) | map_async(fetch, {.concurrency = 3})) {
    std::cout << at() << page << '\n';  // 1, 2, 3, though 3 was there first
  }
}
// end snippet

/// 1, 2, ... each 100 ms after the one before.
async_generator<int> readings(int last) {
  for (int i = 1; i <= last; ++i) {
    co_await eddy::sleep(100ms);
    co_yield i;
  }
}

// snippet: batch
task<> store() {
  EDDY_FOR (const auto& rows, readings(7) | batch({.items = 4, .time = 250ms})) show("batch", rows);
}
// end snippet

task<> by_the_clock() {
  EDDY_FOR (const auto& items, readings(6) | window(300ms, 100)) show("window", items);
  EDDY_FOR (const int x, readings(3) | debounce(150ms)) show("debounce", {x});
  EDDY_FOR (const int x, iota(1, 4) | throttle(1, 50ms)) show("throttle", {x});
}

task<> ahead_of_the_consumer() {
  EDDY_FOR (const int x, merge(readings(2) | buffered(8), readings(1))) show("merge", {x});
  const auto size = [](int) { return std::size_t{4}; };
  show("bytes", co_await (iota(0, 3) | buffered({.bytes = 8}, size) | collect()));
}

// snippet: fan-out
task<> divide() {
  auto [even, odd] = iota(1, 8) | partition([](int x) { return x % 2 == 0; });
  auto [evens, odds] = co_await gather(std::move(even) | collect(), std::move(odd) | collect());
  show("even", evens);
  show("odd", odds);

  auto [numbers, again] = iota(1, 5) | tee<2>({.capacity = 4});
  auto [all, sum] =
      co_await gather(std::move(numbers) | collect(), std::move(again) | reduce(0, std::plus<>()));
  show("all", all);
  show("sum", {sum});
}
// end snippet

task<> start() {
  co_await fetch_all();
  co_await store();
  co_await by_the_clock();
  co_await ahead_of_the_consumer();
  co_await divide();
}

int main() { return run(start, {.backend = backend_kind::sim}); }
