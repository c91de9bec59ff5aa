// SPDX-License-Identifier: MIT
// A call that blocks, beside the loop instead of on it.
#include <chrono>
#include <iostream>
#include <stop_token>
#include <string>
#include <thread>

#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/to_thread.hpp>
#include <eddy/core/wait_for.hpp>

using namespace std::chrono_literals;

// snippet: to-thread
std::string read_from_an_old_library() {  // blocks its thread
  std::this_thread::sleep_for(20ms);
  return "its answer";
}

eddy::task<> tick() {
  for (int i = 0; i < 3; ++i) {
    std::cout << "the loop goes on\n";
    co_await eddy::sleep(1ms);
  }
}

eddy::task<> ask() {
  auto [answer, nothing] = co_await eddy::gather(eddy::to_thread(read_from_an_old_library), tick());
  std::cout << answer << '\n';
}
// end snippet

// snippet: stop-token
eddy::task<> search() {
  long tried = 0;
  // The limit asks the call to stop, and waits until it has: it uses our variables.
  co_await eddy::wait_for_optional(eddy::to_thread([&](std::stop_token stop) {
                                     while (!stop.stop_requested()) ++tried;
                                   }),
                                   5ms);
  std::cout << "stopped\n";
}
// end snippet

eddy::task<> start() {
  co_await ask();
  co_await search();
}

int main() { return eddy::run(start); }
