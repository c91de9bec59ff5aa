// SPDX-License-Identifier: MIT
// Asynchronous clean-up: the rows of docs/from-asyncio.md under these names.
#include <iostream>
#include <string>
#include <vector>

#include <eddy/core/exit_stack.hpp>
#include <eddy/core/finally.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/with.hpp>

// snippet: class
struct session {
  eddy::task<> query() { co_await eddy::yield(); }
  eddy::task<> close(eddy::exit_status) {
    std::cout << "closed\n";
    co_return;
  }
};

static_assert(eddy::async_closable<session>);  // All that `with` asks for.

eddy::task<session> open_session() { co_return session(); }
// end snippet

eddy::task<session> connect(std::string name) {
  std::cout << "to " << name << '\n';
  co_return session();
}

eddy::task<> work() { co_await eddy::yield(); }
eddy::task<> tidy() {
  std::cout << "tidy\n";
  co_return;
}

eddy::task<> with() {
  // snippet: with
  co_await eddy::with(open_session(), [](session& s) -> eddy::task<> { co_await s.query(); });
  // end snippet
}

eddy::task<> finally() {
  // snippet: finally
  co_await eddy::finally(work, tidy);
  // end snippet
}

eddy::task<> stack() {
  const std::vector<std::string> names{"one", "two"};
  // snippet: exit-stack
  co_await eddy::with_exit_stack([&](eddy::exit_stack& stack) -> eddy::task<> {
    for (const std::string& name : names) co_await stack.enter(connect(name));
  });
  // end snippet
}

eddy::task<> start() {
  co_await with();
  co_await finally();
  co_await stack();
}

int main() { return eddy::run(start); }
