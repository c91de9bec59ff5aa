// SPDX-License-Identifier: MIT
// Several tasks at once: the rows of docs/from-asyncio.md under these names.
#include <chrono>
#include <iostream>
#include <ranges>
#include <stdexcept>
#include <string>
#include <vector>

#include <eddy/core/as_completed.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/race.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/wait.hpp>

using namespace std::chrono_literals;

eddy::task<std::string> fetch(std::string url) {
  co_await eddy::sleep(std::chrono::seconds(url.size()));
  co_return "<" + url + ">";
}

eddy::task<std::string> broken() {
  co_await eddy::yield();
  throw std::runtime_error("broken");
}

eddy::task<> group() {
  // snippet: task-group
  co_await eddy::with_task_group([&](eddy::task_group& tg) -> eddy::task<> {
    auto a = tg.create_task(fetch, "a");
    auto b = tg.create_task(fetch, "b");
    std::cout << co_await a << co_await b << '\n';
  });
  // end snippet
}

eddy::task<> tuple() {
  // snippet: gather
  auto [a, b] = co_await eddy::gather(fetch("a"), fetch("b"));
  // end snippet
  std::cout << a << b << '\n';
}

eddy::task<> range() {
  const std::vector<std::string> urls{"ccc", "a", "bb"};
  // snippet: gather-range
  auto pages = co_await eddy::gather(urls | std::views::transform(fetch));
  // end snippet
  for (const std::string& page : pages) std::cout << page;
  std::cout << '\n';
}

eddy::task<> limited() {
  const std::vector<std::string> urls{"ccc", "a", "bb"};
  // snippet: gather-limit
  auto pages = co_await eddy::gather({.limit = 10}, urls | std::views::transform(fetch));
  // end snippet
  std::cout << pages.size() << " pages\n";
}

eddy::task<> with_exceptions() {
  // snippet: return-exceptions
  auto [a, b] = co_await eddy::gather(eddy::return_exceptions, fetch("a"), broken());
  // end snippet
  std::cout << (a.has_value() ? "a value" : "an error") << " and "
            << (b.has_value() ? "a value" : "an error") << '\n';
}

eddy::task<> first_completed() {
  std::vector<eddy::task_handle<std::string>> tasks;
  for (const char* url : {"ccc", "a"}) tasks.push_back(eddy::create_task(fetch, url));
  // snippet: wait
  auto [done, pending] = co_await eddy::wait(tasks, eddy::return_when::first_completed);
  // end snippet
  std::cout << done.size() << " done, " << pending.size() << " pending\n";
}

eddy::task<> in_finish_order() {
  const std::vector<std::string> urls{"ccc", "a", "bb"};
  // snippet: as-completed
  auto pages = eddy::as_completed(urls | std::views::transform(fetch));
  while (auto page = co_await pages.next()) std::cout << *page << '\n';
  // end snippet
}

eddy::task<> fastest() {
  // snippet: race
  auto winner = co_await eddy::race(fetch("aaa"), fetch("b"));
  // end snippet
  std::cout << std::visit([](const auto& page) { return page; }, winner) << " won\n";
}

eddy::task<> start() {
  co_await group();
  co_await tuple();
  co_await range();
  co_await limited();
  co_await with_exceptions();
  co_await first_completed();
  co_await in_finish_order();
  co_await fastest();
}

int main() { return eddy::run(start, {.backend = eddy::backend_kind::sim}); }
