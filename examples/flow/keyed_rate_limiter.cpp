// SPDX-License-Identifier: MIT
// Polite to every host: each is asked at its own pace, and none waits for another.
#include <chrono>
#include <iostream>
#include <string>

#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/flow/keyed_rate_limiter.hpp>

using namespace std::chrono_literals;

namespace {

// snippet: keyed-rate-limiter
using politeness = eddy::keyed_rate_limiter<std::string>;

eddy::task<> fetch(politeness& polite, std::string host, int page) {
  co_await polite.acquire(host);
  std::cout << host << '/' << page << '\n';
}
// end snippet

eddy::task<> start() {
  politeness polite{1, 50ms};
  co_await eddy::gather(fetch(polite, "a.example", 1), fetch(polite, "a.example", 2),
                        fetch(polite, "b.example", 1));
}

}  // namespace

int main() { return eddy::run(start); }
