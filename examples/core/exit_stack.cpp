// SPDX-License-Identifier: MIT
// As many resources as a list has: all are closed, last in, first out, whatever happens.
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <eddy/core/exit_stack.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>

class connection {
 public:
  static eddy::task<connection> open(std::string host) {
    co_await eddy::yield();
    if (host.empty()) throw std::invalid_argument("no host");
    std::cout << "open " << host << '\n';
    co_return connection(std::move(host));
  }
  eddy::task<> close(eddy::exit_status end) {
    co_await eddy::yield();
    std::cout << "close " << host_ << (end == eddy::exit_status::ok ? "" : " in a hurry") << '\n';
  }

 private:
  explicit connection(std::string host) : host_(std::move(host)) {}
  std::string host_;
};

// snippet: exit_stack
eddy::task<> use(std::vector<std::string> hosts) {
  co_await eddy::with_exit_stack([&](eddy::exit_stack& stack) -> eddy::task<> {
    std::vector<connection*> connections;
    for (const std::string& host : hosts)
      connections.push_back(&co_await stack.enter(connection::open(host)));
    stack.push([]() -> eddy::task<> {
      std::cout << "before the first close\n";
      co_return;
    });
    std::cout << connections.size() << " connections\n";
  });
}
// end snippet

eddy::task<> start() {
  co_await use({"a", "b"});
  try {
    co_await use({"a", ""});
  } catch (const std::invalid_argument& error) {
    std::cout << error.what() << '\n';
  }
}

int main() { return eddy::run(start, {.backend = eddy::backend_kind::sim}); }
