// SPDX-License-Identifier: MIT
// What a program can say about itself.
#include <chrono>
#include <iostream>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/introspect.hpp>
#include <eddy/core/loop.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/event.hpp>

using namespace std::chrono_literals;

eddy::task<> connect() { co_await eddy::sleep(3s); }
eddy::task<> fetch() { co_await connect(); }

// snippet: tree
eddy::task<> crawl() {
  const auto first = eddy::create_task({.name = "fetcher"}, fetch);
  co_await eddy::sleep(1500ms);
  std::cout << eddy::task_tree(*eddy::loop::current());
  co_await first;
}
// end snippet

// snippet: dump
eddy::task<> watch() {
  for (int i = 0; i < 3; ++i) {
    co_await eddy::sleep(10s);
    eddy::dump_tasks();  // to stderr
  }
}
// end snippet

// snippet: deadlock
eddy::task<> wait_for_nobody() {
  eddy::event never_set;
  co_await never_set.wait();
}
// end snippet

int main() {
  eddy::run_options options{.backend = eddy::backend_kind::sim};
  eddy::run(crawl, options);
  eddy::run(watch, options);
  try {
    eddy::run(wait_for_nobody, options);
  } catch (const eddy::deadlock_error& e) {
    std::cout << e.what();
  }

  // snippet: options
  // As EDDY_DEBUG=1 in the environment does for a program that is already built.
  options.debug = true;
  options.seed = 17;
  // end snippet
  return eddy::run(connect, options);
}
