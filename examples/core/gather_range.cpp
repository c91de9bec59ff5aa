// SPDX-License-Identifier: MIT
// The same for each element of a range. Under the simulated clock an hour takes no time.
#include <chrono>
#include <iostream>
#include <ranges>
#include <stdexcept>
#include <string>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>

using namespace std::chrono_literals;

eddy::task<std::size_t> fetch(const std::string& url) {
  co_await eddy::sleep(1h);
  if (url.empty()) throw std::runtime_error("no address");
  co_return url.size();
}

eddy::task<> start() {
  const std::vector<std::string> urls{"a.example", "bb.example", "ccc.example"};
  const auto began = eddy::loop::current()->now();
  const auto hours = [&] { return (eddy::loop::current()->now() - began) / 1h; };
  // snippet: all
  // All at once; sizes[i] belongs to urls[i].
  const std::vector<std::size_t> sizes = co_await eddy::gather(urls | std::views::transform(fetch));
  // end snippet
  std::cout << sizes[0] << ' ' << sizes[1] << ' ' << sizes[2] << " after " << hours() << " h\n";

  // snippet: limit
  // Two at a time; the next is made when one ends.
  co_await eddy::gather({.limit = 2}, urls | std::views::transform(fetch));
  // end snippet
  std::cout << "after " << hours() << " h\n";

  // snippet: outcomes
  // A failure that does not stop the others.
  const std::vector<std::string> mixed{"a.example", ""};
  for (const eddy::outcome<std::size_t>& got :
       co_await eddy::gather(eddy::return_exceptions, mixed | std::views::transform(fetch))) {
    std::cout << (got.has_value() ? "value" : "error") << '\n';
  }
  // end snippet

  // snippet: handles
  // Tasks that run already: their handles can be kept, so they can be gathered from a container.
  std::vector<eddy::task_handle<std::size_t>> handles;
  for (const std::string& url : urls) handles.push_back(eddy::create_task(fetch, url));
  std::size_t sum = 0;
  for (const std::size_t& size : co_await eddy::gather(handles)) sum += size;
  // end snippet
  std::cout << sum << '\n';
}

int main() { return eddy::run(start, {.backend = eddy::backend_kind::sim}); }
