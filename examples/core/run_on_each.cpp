// SPDX-License-Identifier: MIT
// The same main on several loops, one a thread.
#include <iostream>

#include <eddy/core/run_on_each.hpp>
#include <eddy/core/sleep.hpp>

// snippet: run-on-each
eddy::task<int> serve(int index) {
  // Here, say: listen with SO_REUSEPORT and serve until SIGINT, which cancels the mains of all
  // loops.
  co_await eddy::yield();
  co_return 100 + index;
}

int main() {
  for (const int served : eddy::run_on_each({.loops = 3, .name = "server"}, serve)) {
    std::cout << served << '\n';
  }
}
// end snippet
