// SPDX-License-Identifier: MIT
// A server that opens its doors when all its parts are ready.
#include <chrono>
#include <iostream>
#include <string>

#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/latch.hpp>

using namespace std::chrono_literals;

namespace {

// snippet: latch
eddy::task<> part(std::string name, eddy::duration needs, eddy::latch& ready) {
  co_await eddy::sleep(needs);
  std::cout << name << " is ready\n";
  ready.count_down();
  co_await ready.wait();  // Or both in one: co_await ready.arrive_and_wait().
  std::cout << name << " serves\n";
}
// end snippet

eddy::task<> start() {
  eddy::latch ready(2);
  co_await eddy::gather(part("cache", 20ms, ready), part("database", 10ms, ready));
}

}  // namespace

int main() { return eddy::run(start); }
