// SPDX-License-Identifier: MIT
// A value for each task: log lines that say which request they belong to.
#include <chrono>
#include <iostream>
#include <string>

#include <eddy/core/context_var.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>

using namespace std::chrono_literals;

// snippet: context_var
const eddy::context_var<std::string> request_id("-");

void log(const std::string& line) { std::cout << '[' << request_id.get() << "] " << line << '\n'; }

eddy::task<> look_up() {
  co_await eddy::sleep(1s);
  log("found");
}

eddy::task<> serve(std::string id) {
  request_id.set(id);  // For this task, and for those it starts.
  log("begin");
  co_await eddy::gather(look_up(), look_up());
}

eddy::task<> start() {
  co_await eddy::gather(serve("a1"), serve("b2"));
  log("done");  // What the tasks set stayed with them.
  const auto undo = request_id.set_for_scope("shutdown");
  log("bye");
}
// end snippet

int main() { return eddy::run(start, {.backend = eddy::backend_kind::sim}); }
