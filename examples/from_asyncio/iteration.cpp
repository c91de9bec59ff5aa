// SPDX-License-Identifier: MIT
// Asynchronous generators and comprehensions: the rows of docs/from-asyncio.md under these names.
#include <chrono>
#include <iostream>
#include <vector>

#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/async_generator.hpp>
#include <eddy/flow/stream.hpp>

using namespace std::chrono_literals;

// snippet: generator
eddy::async_generator<int> ticks(int count) {
  for (int i = 0; i < count; ++i) {
    co_await eddy::sleep(1s);
    co_yield i;
  }
}
// end snippet

eddy::task<> loop_over() {
  // snippet: async-for
  EDDY_FOR (int tick, ticks(3)) std::cout << "tick " << tick << '\n';
  // end snippet
}

eddy::task<> anext() {
  // snippet: anext
  auto source = ticks(1);
  while (int* tick = co_await source.next()) std::cout << "next " << *tick << '\n';
  // end snippet
}

// snippet: iterator
class countdown {
 public:
  explicit countdown(int from) : left_(from) {}
  eddy::task<std::optional<int>> next() {
    co_await eddy::sleep(1s);
    if (left_ == 0) co_return std::nullopt;
    co_return left_--;
  }

 private:
  int left_;
};
// end snippet

eddy::task<> by_hand() {
  EDDY_FOR (int left, countdown(2)) std::cout << left << " left\n";
}

eddy::task<> comprehension() {
  // snippet: comprehension
  auto squares = co_await (ticks(6) | eddy::filter([](int x) { return x % 2 == 0; }) |
                           eddy::transform([](int x) { return x * x; }) | eddy::to<std::vector>());
  // end snippet
  for (int square : squares) std::cout << square << '\n';
}

// snippet: awaiting-comprehension-f
eddy::task<int> slow_square(int x) {
  co_await eddy::sleep(1s);
  co_return x* x;
}
// end snippet

eddy::task<> awaiting_comprehension() {
  // snippet: awaiting-comprehension
  // One at a time, as in Python; map_async is the concurrent one.
  auto squares = co_await (ticks(3) | eddy::transform(slow_square) | eddy::to<std::vector>());
  // end snippet
  std::cout << squares.size() << " squares\n";
}

eddy::task<> closed() {
  // snippet: close
  auto source = ticks(3);
  EDDY_FOR (int tick, source) {
    if (tick == 0) break;  // Its clean-up would run before this task ends.
  }
  co_await source.close();  // It runs now.
  // end snippet
}

eddy::task<> start() {
  co_await loop_over();
  co_await anext();
  co_await by_hand();
  co_await comprehension();
  co_await awaiting_comprehension();
  co_await closed();
}

int main() { return eddy::run(start, {.backend = eddy::backend_kind::sim}); }
