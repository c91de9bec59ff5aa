// SPDX-License-Identifier: MIT
// A service that takes its signals over: SIGHUP reloads, SIGTERM lets what is under way finish.
#include <chrono>
#include <csignal>
#include <iostream>

#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/flow/stream.hpp>
#include <eddy/io/signals.hpp>

using namespace std::chrono_literals;

// snippet: graceful-shutdown
class service {
 public:
  eddy::task<> work() {
    while (!stopping_) {
      co_await eddy::sleep(1ms);  // a request, say
      ++served_;
    }
    std::cout << "the last request was finished\n";
  }

  eddy::task<> obey() {
    eddy::signal_stream orders = eddy::signals(SIGHUP, SIGTERM);
    EDDY_FOR (const int signal, orders) {
      if (signal == SIGTERM) break;
      std::cout << "reloaded\n";
    }
    std::cout << "stopping\n";
    stopping_ = true;
  }  // A second SIGTERM finds the stream closed: `run` has it, and cancels all.

  [[nodiscard]] long served() const { return served_; }

 private:
  bool stopping_ = false;
  long served_ = 0;
};
// end snippet

/// Somebody at another terminal: `kill -HUP`, then `kill`.
eddy::task<> administrator() {
  co_await eddy::sleep(5ms);
  std::raise(SIGHUP);
  co_await eddy::sleep(5ms);
  std::raise(SIGTERM);
}

eddy::task<> start() {
  service ours;
  co_await eddy::with_task_group([&](eddy::task_group& all) -> eddy::task<> {
    all.create_task([&] { return ours.work(); });
    all.create_task([&] { return ours.obey(); });
    all.create_task(administrator);
    co_return;
  });
  std::cout << (ours.served() > 0 ? "served some\n" : "served none\n");
}

int main() { return eddy::run(start); }
