// SPDX-License-Identifier: MIT
// snippet: hello
#include <chrono>
#include <iostream>
#include <string>

#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task.hpp>
#include <eddy/core/wait_for.hpp>

using namespace std::chrono_literals;

eddy::task<std::string> fetch(std::string page, eddy::duration delay) {
  co_await eddy::sleep(delay);
  co_return "contents of " + page;
}

eddy::task<> start() {
  // Both at once: this takes 200 ms, not 300.
  auto [news, weather] = co_await eddy::gather(fetch("news", 200ms), fetch("weather", 100ms));
  std::cout << news << '\n' << weather << '\n';

  // The limit cancels fetch() where it waits, and its destructors have run when the error arrives.
  try {
    co_await eddy::wait_for(fetch("slow", 1h), 50ms);
  } catch (const eddy::timeout_error&) {
    std::cout << "slow took too long\n";
  }
}

int main() { return eddy::run(start); }
// end snippet
