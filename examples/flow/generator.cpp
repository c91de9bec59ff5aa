// SPDX-License-Identifier: MIT
// Values one at a time, with waiting in between.
#include <chrono>
#include <iostream>
#include <string>

#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/async_generator.hpp>

using namespace std::chrono_literals;

eddy::async_generator<std::string> pages() {
  for (int number = 1;; ++number) {
    co_await eddy::sleep(1s);
    co_yield "page " + std::to_string(number);
  }
}

eddy::async_generator<std::string> first(int count, eddy::async_generator<std::string> source) {
  while (count-- > 0) {
    std::string* item = co_await source.next();
    if (item == nullptr) co_return;
    co_yield *item;
  }
}

eddy::task<> start() {
  auto source = first(3, pages());
  while (const std::string* page = co_await source.next()) std::cout << *page << '\n';
}

int main() { return eddy::run(start, {.backend = eddy::backend_kind::sim}); }
