// SPDX-License-Identifier: MIT
// At most two requests in flight, where the answer arrives in another task than the one that asked.
#include <iostream>
#include <stdexcept>

#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/flow/bounded_semaphore.hpp>
#include <eddy/flow/queue.hpp>

namespace {

// snippet: bounded-semaphore
eddy::task<> ask(eddy::bounded_semaphore& in_flight, eddy::queue<int>& wire) {
  for (int question = 1; question <= 4; ++question) {
    co_await in_flight.acquire();  // Returned by whoever hears the answer.
    std::cout << "ask " << question << '\n';
    co_await wire.put(question);
  }
}

eddy::task<> listen(eddy::bounded_semaphore& in_flight, eddy::queue<int>& wire) {
  for (int answers = 0; answers < 4; ++answers) {
    const int answer = co_await wire.get();
    std::cout << "answer " << answer << '\n';
    in_flight.release();
  }
}
// end snippet

eddy::task<> start() {
  eddy::bounded_semaphore in_flight(2);
  eddy::queue<int> wire;
  co_await eddy::gather(ask(in_flight, wire), listen(in_flight, wire));
  try {
    in_flight.release();
  } catch (const std::logic_error& error) {
    std::cout << error.what() << '\n';
  }
}

}  // namespace

int main() { return eddy::run(start); }
