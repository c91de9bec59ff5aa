// SPDX-License-Identifier: MIT
// Looking into a program: the rows of docs/from-asyncio.md under these names.
#include <chrono>

#include <eddy/core/introspect.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>

using namespace std::chrono_literals;

eddy::task<> start() {
  co_await eddy::sleep(1ms);
  // snippet: dump-tasks
  eddy::dump_tasks();
  // end snippet
}

int main() {
  // snippet: debug
  return eddy::run(start, {.debug = true});
  // end snippet
}
