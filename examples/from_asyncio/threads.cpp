// SPDX-License-Identifier: MIT
// Threads and context variables: the rows of docs/from-asyncio.md under these names.
#include <algorithm>
#include <future>
#include <iostream>
#include <string>

#include <eddy/core/compute_pool.hpp>
#include <eddy/core/context_var.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/post_to.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/thread_pool.hpp>
#include <eddy/core/to_thread.hpp>

long count(const std::string& text) { return std::ranges::count(text, 'a'); }

eddy::task<std::string> greet(std::string name) {
  co_await eddy::yield();
  co_return "hello " + name;
}

eddy::task<> blocking() {
  const std::string text = "banana";
  // snippet: to-thread
  auto total = co_await eddy::to_thread([&] { return count(text); });
  // end snippet
  std::cout << total << '\n';
}

void from_a_thread(const eddy::loop_ref& loop) {
  // snippet: post-to
  std::future<std::string> future = eddy::post_to(loop, greet, "thread");
  std::cout << future.get() << '\n';
  // end snippet
}

eddy::task<> posted() {
  co_await eddy::to_thread([loop = eddy::this_loop()] { from_a_thread(loop); });
}

eddy::task<> pooled() {
  const std::string text = "banana";
  // snippet: thread-pool
  eddy::thread_pool pool({.threads = 4});
  auto total = co_await pool.run([&] { return count(text); });
  // end snippet
  std::cout << total << '\n';
}

eddy::task<> computed() {
  const std::string text = "banana";
  // snippet: compute-pool
  eddy::compute_pool pool;  // A thread for each core: C++ has no global lock to go round.
  auto total = co_await pool.run([&] { return count(text); });
  // end snippet
  std::cout << total << '\n';
}

// snippet: context-var
const eddy::context_var<std::string> user("nobody");

eddy::task<> who_am_i() {
  std::cout << user.get() << '\n';
  co_return;
}

eddy::task<> as_ann() {
  user.set("ann");
  co_await eddy::create_task(who_am_i);
}
// end snippet

eddy::task<> start() {
  co_await blocking();
  co_await posted();
  co_await pooled();
  co_await computed();
  co_await as_ann();
}

int main() { return eddy::run(start); }
