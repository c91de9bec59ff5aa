// SPDX-License-Identifier: MIT
// The operations that eddy itself offers, among them those between tasks.
#include <chrono>
#include <functional>

#include <eddy/core/create_task.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/flow/mutex.hpp>
#include <eddy/flow/queue.hpp>
#include <eddy/flow/rate_limiter.hpp>
#include <eddy/flow/semaphore.hpp>

#include "parts.hpp"
#include "shapes.hpp"

namespace eddy::cancellation {
namespace {

using std::chrono::nanoseconds;

task<> sleep_and_yield() {
  try {
    tracked local;
    co_await sleep(nanoseconds(2));
    co_await yield();
    co_await sleep(nanoseconds(0));
    co_await sleep_until(loop::current()->now() + nanoseconds(1));
    co_await gather(sleep(nanoseconds(3)), yield(), pause(1));
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> joining_children() {
  co_await with_task_group([](task_group& group) -> task<> {
    tracked local;
    auto finishes = group.create_task(work_on, tracked(1));
    auto stopped = group.create_task(work_on, tracked(2));
    stopped.cancel();
    try {
      tracked inside;
      co_await finishes;
      co_await stopped;
    } catch (const task_cancelled&) {
      tracked handled;
    }
    co_await pause(1);
  });
}

task<> joining_one_task_from_several() {
  try {
    co_await with_task_group([](task_group& group) -> task<> {
      auto value = group.create_task(echo, tracked(1));
      const auto wait = [](task_handle<tracked> h) -> task<> { tracked copy(co_await h); };
      co_await gather(wait(value), wait(value), wait(value));
    });
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> background_tasks() {
  try {
    auto value = create_task(echo, tracked(1));
    const auto ended = co_await outcome(value);
    tracked moved = co_await create_task(echo, tracked(2));
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> mutex_and_semaphore() {
  try {
    mutex door;
    semaphore places(2);
    const auto enter = [&](tracked x) -> task<> {
      auto place = co_await places.acquire();
      auto guard = co_await door.lock();
      tracked inside(x);
      co_await pause(1);
    };
    co_await gather(enter(tracked(1)), enter(tracked(2)), enter(tracked(3)), enter(tracked(4)));
    if (door.locked() || places.available() != 2) problem("a permit was lost");
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> queue_between_tasks() {
  try {
    queue<tracked> items(1);
    const auto produce = [&]() -> task<> {
      for (int i = 0; i < 3; ++i) co_await items.put(tracked(i));
    };
    const auto consume = [&]() -> task<> {
      for (int i = 0; i < 3; ++i) {
        tracked item = co_await items.get();
        co_await pause(1);
        items.task_done();
      }
    };
    co_await gather(produce(), consume(), items.join());
    co_await pause(1);
  } catch (...) {
    entered_catch();
    throw;
  }
}

task<> events_and_rates() {
  try {
    event happened;
    rate_limiter limit(2, nanoseconds(4));
    const auto wait = [&](tracked x) -> task<> {
      co_await limit.acquire();
      co_await happened.wait();
      tracked inside(x);
    };
    const auto set = [&]() -> task<> {
      co_await pause(1);
      happened.set();
    };
    co_await gather(wait(tracked(1)), wait(tracked(2)), wait(tracked(3)), set());
  } catch (...) {
    entered_catch();
    throw;
  }
}

constexpr shape shapes[] = {
    {"sleep_and_yield", sleep_and_yield},
    {"joining_children", joining_children},
    {"joining_one_task_from_several", joining_one_task_from_several},
    {"background_tasks", background_tasks, trait::holds_back},
    {"mutex_and_semaphore", mutex_and_semaphore},
    {"queue_between_tasks", queue_between_tasks},
    {"events_and_rates", events_and_rates},
};

}  // namespace

std::span<const shape> library_shapes() { return shapes; }

}  // namespace eddy::cancellation
