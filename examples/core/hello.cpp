// SPDX-License-Identifier: MIT
// The smallest program: a coroutine, and the loop that runs it.
#include <chrono>
#include <iostream>

#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task.hpp>

using namespace std::chrono_literals;

eddy::task<> say(const char* word) {
  co_await eddy::sleep(10ms);
  std::cout << word << '\n';
}

eddy::task<> start() {
  co_await say("hello");
  co_await say("world");
}

int main() { return eddy::run(start); }
