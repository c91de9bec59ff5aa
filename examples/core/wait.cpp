// SPDX-License-Identifier: MIT
// Several tasks, as they end. Under the simulated clock an hour takes no time.
#include <chrono>
#include <iostream>
#include <ranges>
#include <vector>

#include <eddy/core/as_completed.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/wait.hpp>
#include <eddy/core/with.hpp>

using namespace std::chrono_literals;

eddy::task<int> answer(int hours) {
  co_await eddy::sleep(std::chrono::hours(hours));
  co_return hours;
}

eddy::task<> start() {
  const std::vector delays{3, 1, 2};

  // snippet: as_completed
  eddy::completions<int, int> answers = eddy::as_completed(delays | std::views::transform(answer));
  while (const auto hours = co_await answers.next()) std::cout << *hours << ' ';
  // end snippet
  std::cout << '\n';

  // snippet: as_completed_with
  // Only the first two: with() cancels the rest and waits for their ends.
  co_await eddy::with(eddy::as_completed(delays | std::views::transform(answer)),
                      [](auto& some) -> eddy::task<> {
                        for (int i = 0; i < 2; ++i) std::cout << *co_await some.next() << ' ';
                      });
  // end snippet
  std::cout << '\n';

  // snippet: wait
  std::vector<eddy::task_handle<int>> handles;
  for (const int delay : delays) handles.push_back(eddy::create_task(answer, delay));
  const eddy::wait_result<int> first =
      co_await eddy::wait(handles, eddy::return_when::first_completed);
  std::cout << first.done.size() << " done, " << first.pending.size() << " pending\n";
  for (const auto& handle : first.pending) handle.cancel();
  co_await eddy::wait(first.pending);  // Cancelling asks; waiting sees it done. It throws nothing.
  // end snippet
}

int main() { return eddy::run(start, {.backend = eddy::backend_kind::sim}); }
