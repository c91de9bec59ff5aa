// SPDX-License-Identifier: MIT
// A queue that holds so many bytes, however few or many items they are.
#include <chrono>
#include <iostream>
#include <string>

#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/queue.hpp>

using namespace std::chrono_literals;

namespace {

// snippet: queue-bytes
using pages = eddy::queue<std::string>;

std::size_t size_of(const std::string& page) { return page.size(); }

eddy::task<> fetch(pages& to) {
  for (const std::size_t size : {400, 500, 300, 2000, 100}) {
    co_await to.put(std::string(size, '.'));
    std::cout << size << " in, " << to.bytes() << " held\n";
  }
  to.shutdown();
}

eddy::task<> save(pages& from) {
  try {
    for (;;) {
      co_await eddy::sleep(1ms);
      const std::string page = co_await from.get();
      std::cout << page.size() << " out\n";
    }
  } catch (const eddy::queue_shut_down&) {
  }
}

eddy::task<> start() {
  pages waiting({.bytes = 1000}, size_of);  // A page of 2000 waits until it is alone.
  co_await eddy::gather(fetch(waiting), save(waiting));
}
// end snippet

}  // namespace

int main() { return eddy::run(start); }
