// SPDX-License-Identifier: MIT
// What goes wrong, and what the error says of it.
#include <cerrno>
#include <iostream>
#include <stdexcept>
#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>

eddy::task<> fail(std::string why) {
  co_await eddy::yield();
  throw std::runtime_error(why);
}

eddy::task<> several() {
  // snippet: error-group
  try {
    co_await eddy::with_task_group([](eddy::task_group& group) -> eddy::task<> {
      group.create_task(fail, "no paper");
      group.create_task(fail, "no ink");
      co_return;
    });
  } catch (const eddy::error_group& all) {
    std::cout << all.errors().size() << " errors\n";
  }
  // end snippet
}

eddy::task<> cancelled() {
  // snippet: cancel-reason
  const auto task = eddy::create_task(fail, "never");
  task.cancel(eddy::cancel_kind::user);
  try {
    co_await task;
  } catch (const eddy::task_cancelled& error) {
    const eddy::cancel_reason& why = error.reason();
    std::cout << to_string(why.kind) << ", asked by task #" << why.asked_by << '\n';
  }
  // end snippet
}

void refused() {
  // snippet: io-error
  try {
    throw eddy::io_error(ECONNREFUSED, "connect 127.0.0.1:80");  // As `tcp::connect` does.
  } catch (const eddy::io_error& error) {
    if (error.code() == std::errc::connection_refused) std::cout << error.what() << '\n';
  }
  // end snippet
}

eddy::task<> start() {
  co_await several();
  co_await cancelled();
  refused();
}

int main() { return eddy::run(start); }
