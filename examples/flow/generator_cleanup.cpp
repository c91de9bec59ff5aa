// SPDX-License-Identifier: MIT
// A generator that has something to close, and consumers that do not go to its end.
#include <chrono>
#include <iostream>
#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/core/finally.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/async_generator.hpp>

using namespace std::chrono_literals;

// snippet: defer
eddy::task<> disconnect(std::string from) {
  co_await eddy::sleep(1s);
  std::cout << "disconnected from " << from << '\n';
}

eddy::async_generator<int> rows(std::string table) {
  co_await eddy::defer(disconnect, table);
  for (int row = 1;; ++row) co_yield row;
}
// end snippet

// snippet: adopted
eddy::task<int> first_row(std::string table) {
  auto source = rows(table);
  co_return *co_await source.next();
}  // The generator goes half-way. Its clean-up is over before the task that runs this is.
// end snippet

// snippet: close
eddy::task<> two_rows() {
  auto source = rows("b");
  co_await source.next();
  co_await source.next();
  co_await source.close();  // Now, and an error of the clean-up is thrown here.
  std::cout << "closed\n";
}
// end snippet

eddy::task<> start() {
  const int row = co_await eddy::create_task(first_row, "a");
  std::cout << "row " << row << '\n';
  co_await two_rows();
}

int main() { return eddy::run(start, {.backend = eddy::backend_kind::sim}); }
