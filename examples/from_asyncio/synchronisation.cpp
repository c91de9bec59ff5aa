// SPDX-License-Identifier: MIT
// What tasks wait for one another with: the rows of docs/from-asyncio.md under these names.
#include <chrono>
#include <iostream>

#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/flow/barrier.hpp>
#include <eddy/flow/bounded_semaphore.hpp>
#include <eddy/flow/condition.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/flow/mutex.hpp>
#include <eddy/flow/priority_queue.hpp>
#include <eddy/flow/queue.hpp>
#include <eddy/flow/rate_limiter.hpp>
#include <eddy/flow/semaphore.hpp>

using namespace std::chrono_literals;

// snippet: lock
eddy::task<> add(eddy::mutex& lock, int& total) {
  auto guard = co_await lock.lock();
  const int before = total;
  co_await eddy::sleep(1s);
  total = before + 1;
}
// end snippet

// snippet: event
eddy::task<> waiter(eddy::event& ready) {
  co_await ready.wait();
  std::cout << "go\n";
}
// end snippet

// snippet: condition
eddy::task<> consume(eddy::condition& changed, eddy::mutex& lock, int& stock) {
  auto guard = co_await lock.lock();
  co_await changed.wait(guard, [&] { return stock > 0; });
  --stock;
}
// end snippet

// snippet: semaphore
eddy::task<> download(eddy::semaphore& slots) {
  auto permit = co_await slots.acquire();
  co_await eddy::sleep(1s);
}
// end snippet

// snippet: bounded-semaphore
eddy::task<> borrow(eddy::bounded_semaphore& seats) {
  co_await seats.acquire();
  seats.release();  // Once more would be an error.
}
// end snippet

// snippet: barrier
eddy::task<> player(eddy::barrier& round) {
  co_await round.wait();
  std::cout << "all here\n";
}
// end snippet

// snippet: queue
eddy::task<> producer(eddy::queue<int>& jobs) {
  for (int job = 0; job < 3; ++job) co_await jobs.put(job);
  jobs.shutdown();
}

eddy::task<> worker(eddy::queue<int>& jobs) {
  try {
    for (;;) {
      const int job = co_await jobs.get();
      std::cout << "job " << job << '\n';
      jobs.task_done();
    }
  } catch (const eddy::queue_shut_down&) {
  }
}
// end snippet

eddy::task<> smallest_first() {
  // snippet: priority-queue
  eddy::priority_queue<int> jobs;
  co_await jobs.put(3);
  co_await jobs.put(1);
  const int first = co_await jobs.get();
  std::cout << "first " << first << '\n';
  // end snippet
}

// snippet: rate-limiter
eddy::task<> call_api(eddy::rate_limiter& limit) { co_await limit.acquire(); }
// end snippet

eddy::task<> fifty_calls() {
  const auto begin = eddy::loop::current()->now();
  // snippet: rate-limiter-use
  eddy::rate_limiter limit{5, 1s};
  co_await eddy::with_task_group([&](eddy::task_group& group) -> eddy::task<> {
    for (int i = 0; i < 50; ++i) group.create_task(call_api, std::ref(limit));
    co_return;
  });
  // end snippet
  std::cout << "50 calls in " << (eddy::loop::current()->now() - begin) / 1s << " s\n";
}

eddy::task<> start() {
  eddy::mutex lock;
  int total = 0;
  co_await eddy::gather(add(lock, total), add(lock, total));
  std::cout << "total " << total << '\n';

  eddy::event ready;
  ready.set();
  co_await waiter(ready);

  eddy::condition changed{lock};
  int stock = 1;
  co_await consume(changed, lock, stock);

  eddy::semaphore slots{2};
  co_await eddy::gather(download(slots), download(slots), download(slots));

  eddy::bounded_semaphore seats{1};
  co_await borrow(seats);

  eddy::barrier round{2};
  co_await eddy::gather(player(round), player(round));

  eddy::queue<int> jobs{2};
  co_await eddy::gather(producer(jobs), worker(jobs));
  co_await smallest_first();
  co_await fifty_calls();
}

int main() { return eddy::run(start, {.backend = eddy::backend_kind::sim}); }
