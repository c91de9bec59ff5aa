// SPDX-License-Identifier: MIT
// Time limits: the rows of docs/from-asyncio.md under these names.
#include <chrono>
#include <iostream>
#include <string>

#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/timeout.hpp>
#include <eddy/core/wait_for.hpp>

using namespace std::chrono_literals;

eddy::task<std::string> fetch(eddy::duration delay) {
  co_await eddy::sleep(delay);
  co_return "page";
}

eddy::task<> limited() {
  // snippet: wait-for
  try {
    std::cout << co_await eddy::wait_for(fetch(1h), 5s);
  } catch (const eddy::timeout_error&) {
    std::cout << "too slow\n";
  }
  // end snippet
}

eddy::task<> optional() {
  // snippet: wait-for-optional
  auto page = co_await eddy::wait_for_optional(fetch(1h), 5s);
  std::cout << page.value_or("nothing") << '\n';
  // end snippet
}

eddy::task<> block() {
  // snippet: timeout
  co_await eddy::timeout(10s, [&]() -> eddy::task<> {
    co_await fetch(1s);
    co_await fetch(2s);
    std::cout << "both in time\n";
  });
  // end snippet
}

eddy::task<> moved() {
  // snippet: reschedule
  co_await eddy::timeout(1s, [&](eddy::timeout_scope& limit) -> eddy::task<> {
    limit.reschedule_after(10s);
    co_await fetch(5s);
    std::cout << "in more time\n";
  });
  // end snippet
}

eddy::task<> until() {
  // snippet: sleep-until
  const eddy::time_point noon = eddy::loop::current()->now() + 1h;
  co_await eddy::sleep_until(noon);
  // end snippet
}

eddy::task<> start() {
  co_await limited();
  co_await optional();
  co_await block();
  co_await moved();
  co_await until();
}

int main() { return eddy::run(start, {.backend = eddy::backend_kind::sim}); }
