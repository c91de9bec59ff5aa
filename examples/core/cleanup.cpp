// SPDX-License-Identifier: MIT
// Clean-up that suspends, and runs whether the work ended, failed or was cancelled.
#include <chrono>
#include <iostream>

#include <eddy/core/finally.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/core/with.hpp>

using namespace std::chrono_literals;

struct session {
  eddy::task<> close(eddy::exit_status end) {
    co_await eddy::sleep(1s);
    std::cout << (end == eddy::exit_status::cancelled ? "closed early\n" : "closed\n");
  }
};

eddy::task<session> log_in() { co_return session(); }

eddy::task<> say_goodbye() {
  co_await eddy::sleep(1s);
  std::cout << "goodbye\n";
}

eddy::task<> visit(eddy::duration span) {
  co_await eddy::defer(say_goodbye);  // when this coroutine ends
  co_await eddy::with(log_in(), [=](session&) -> eddy::task<> { co_await eddy::sleep(span); });
}

eddy::task<> start() {
  co_await visit(1s);
  co_await eddy::wait_for_optional(visit(1h), 5s);
}

int main() { return eddy::run(start, {.backend = eddy::backend_kind::sim}); }
