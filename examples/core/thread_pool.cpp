// SPDX-License-Identifier: MIT
// Threads with a bound and a name, for a library whose calls block.
#include <iostream>
#include <string>

#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/thread_pool.hpp>

// snippet: thread-pool
/// A database library that blocks, and takes two connections at most.
class database {
 public:
  eddy::task<std::string> query(std::string question) {
    co_return co_await connections_.run([question = std::move(question)] {
      return "answer to " + question;  // blocks, on the thread `db-1` or `db-2`
    });
  }

 private:
  eddy::thread_pool connections_{{.threads = 2, .name = "db"}};
};
// end snippet

eddy::task<> start() {
  database db;
  const auto [a, b, c] = co_await eddy::gather(db.query("a"), db.query("b"), db.query("c"));
  std::cout << a << '\n' << b << '\n' << c << '\n';
}

int main() { return eddy::run(start); }
