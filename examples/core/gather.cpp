// SPDX-License-Identifier: MIT
// Several things at once. Under the simulated clock an hour takes no time.
#include <chrono>
#include <iostream>
#include <stdexcept>

#include <eddy/core/gather.hpp>
#include <eddy/core/race.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>

using namespace std::chrono_literals;

eddy::task<int> price(int shop, eddy::duration delay) {
  co_await eddy::sleep(delay);
  co_return 10 * shop;
}

eddy::task<> fail() {
  co_await eddy::sleep(1min);
  throw std::runtime_error("the third shop is closed");
}

eddy::task<> start() {
  // All of them, in the order of the arguments.
  auto [first, second] = co_await eddy::gather(price(1, 1h), price(2, 2h));
  std::cout << first << ' ' << second << '\n';
  // The first to answer; the other is cancelled.
  const auto winner = co_await eddy::race(price(1, 1h), price(2, 2h));
  std::cout << "shop " << winner.index() + 1 << " answered first\n";
  // One failure cancels the rest.
  try {
    co_await eddy::gather(price(1, 1h), price(2, 2h), fail());
  } catch (const std::runtime_error& error) {
    std::cout << error.what() << '\n';
  }
}

int main() { return eddy::run(start, {.backend = eddy::backend_kind::sim}); }
