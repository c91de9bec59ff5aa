// SPDX-License-Identifier: MIT
// Workers that compute in rounds: nobody begins a round before all have ended the last one.
#include <chrono>
#include <iostream>

#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/barrier.hpp>

using namespace std::chrono_literals;

namespace {

// snippet: barrier
eddy::task<> worker(eddy::barrier& round, eddy::duration pace, int& sum) {
  for (int i = 1; i <= 3; ++i) {
    co_await eddy::sleep(pace);
    sum += i;
    // One of them, the first to have come, does what is to be done once a round.
    if (co_await round.wait() == 0) std::cout << "round " << i << ": " << sum << '\n';
    co_await round.wait();
  }
}
// end snippet

eddy::task<> given_up(eddy::barrier& round) {
  round.abort();
  try {
    co_await round.wait();
  } catch (const eddy::broken_barrier&) {
    std::cout << "no more rounds\n";
  }
}

eddy::task<> start() {
  eddy::barrier round(3);
  int sum = 0;
  co_await eddy::gather(worker(round, 1ms, sum), worker(round, 2ms, sum), worker(round, 3ms, sum));
  co_await given_up(round);
}

}  // namespace

int main() { return eddy::run(start); }
