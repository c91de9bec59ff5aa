// SPDX-License-Identifier: MIT
// Jobs that are done by urgency; of equally urgent ones the oldest first.
#include <iostream>
#include <string>

#include <eddy/core/run.hpp>
#include <eddy/flow/priority_queue.hpp>

namespace {

// snippet: priority-queue
struct job {
  int urgency;  // 0 is now
  std::string what;
  bool operator<(const job& other) const { return urgency < other.urgency; }
};

eddy::task<> start() {
  eddy::priority_queue<job> jobs;
  co_await jobs.put({.urgency = 2, .what = "sweep the floor"});
  co_await jobs.put({.urgency = 0, .what = "put out the fire"});
  co_await jobs.put({.urgency = 2, .what = "water the plants"});
  co_await jobs.put({.urgency = 1, .what = "answer the door"});
  while (!jobs.empty()) {
    const job next = co_await jobs.get();
    std::cout << next.what << '\n';
  }
}
// end snippet

}  // namespace

int main() { return eddy::run(start); }
