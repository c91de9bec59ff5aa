// SPDX-License-Identifier: MIT
// A table that many tasks read and one rewrites: readers share it, the writer has it alone.
#include <chrono>
#include <functional>
#include <iostream>
#include <string>

#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/shared_mutex.hpp>

using namespace std::chrono_literals;

namespace {

// snippet: shared-mutex
struct rates {
  eddy::shared_mutex lock;
  double euro = 1.0;
  double pound = 1.0;
};

eddy::task<> show(rates& table, std::string who) {
  const auto guard = co_await table.lock.lock_shared();  // beside other readers
  std::cout << who << " sees " << table.euro;
  co_await eddy::yield();
  std::cout << ", " << who << " sees " << table.pound << '\n';
}

eddy::task<> update(rates& table) {
  const auto guard = co_await table.lock.lock();  // alone; readers that come later wait
  table.euro = 1.1;
  co_await eddy::sleep(10ms);  // Half of the table is new, and nobody sees it.
  table.pound = 1.3;
}
// end snippet

eddy::task<> start() {
  rates table;
  co_await eddy::gather(show(table, "early"), update(table), show(table, "late"));
}

}  // namespace

int main() { return eddy::run(start); }
