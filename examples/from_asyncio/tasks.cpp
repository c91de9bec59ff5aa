// SPDX-License-Identifier: MIT
// Coroutines, run, tasks and their handles: the rows of docs/from-asyncio.md under these names.
#include <chrono>
#include <iostream>
#include <stdexcept>
#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/shield.hpp>
#include <eddy/core/sleep.hpp>

using namespace std::chrono_literals;

// snippet: coroutine
eddy::task<std::string> greet(std::string name) {
  co_await eddy::sleep(1s);
  co_return "hello " + name;
}

eddy::task<> start() { std::cout << co_await greet("world") << '\n'; }
// end snippet

eddy::task<> background() {
  // snippet: create-task
  auto handle = eddy::create_task(greet, "task");
  std::cout << "started\n";
  std::cout << co_await handle << '\n';
  // end snippet
}

eddy::task<> named() {
  // snippet: task-name
  auto handle = eddy::create_task({.name = "greeter"}, greet, "name");
  std::cout << handle.name() << (handle.done() ? " is done\n" : " runs\n");
  // end snippet
  co_await handle;
}

eddy::task<> result() {
  auto handle = eddy::create_task(greet, "result");
  co_await eddy::sleep(2s);
  // snippet: task-result
  if (handle.done()) std::cout << handle.result() << '\n';
  // end snippet
}

eddy::task<> cancel() {
  // snippet: task-cancel
  auto handle = eddy::create_task(greet, "nobody");
  co_await eddy::sleep(100ms);
  handle.cancel();
  try {
    co_await handle;
  } catch (const eddy::task_cancelled& why) {
    std::cout << "cancelled: " << to_string(why.reason().kind) << '\n';
  }
  // end snippet
}

eddy::task<> fail() {
  co_await eddy::yield();
  throw std::runtime_error("out of paper");
}

eddy::task<> failed() {
  // snippet: task-exception
  auto handle = eddy::create_task(fail);
  try {
    co_await handle;
  } catch (const std::runtime_error& error) {
    std::cout << "failed: " << error.what() << '\n';
  }
  // end snippet
}

eddy::task<> as_value() {
  // snippet: outcome
  auto end = co_await eddy::outcome(fail());
  std::cout << (end.has_error() ? "an error\n" : "a value\n");
  // end snippet
}

eddy::task<> save() {
  co_await eddy::sleep(1s);
  std::cout << "saved\n";
}

eddy::task<> shielded() {
  // snippet: shield
  co_await eddy::shield(save());  // A cancel takes effect after it.
  // end snippet
}

eddy::task<> others_first() {
  // snippet: yield
  co_await eddy::yield();
  // end snippet
}

eddy::task<> all() {
  co_await start();
  co_await background();
  co_await named();
  co_await result();
  co_await cancel();
  co_await failed();
  co_await as_value();
  co_await shielded();
  co_await others_first();
}

// The documentation's version is `return eddy::run(start)`; here an hour takes no time.
int main() { return eddy::run(all, {.backend = eddy::backend_kind::sim}); }
