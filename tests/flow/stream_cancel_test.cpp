// SPDX-License-Identifier: MIT
// A pipeline is cancelled at each place where it can wait.
#include <signal.h>
#include <unistd.h>

#include <eddy/core/finally.hpp>
#include <eddy/core/run_on_each.hpp>
#include <eddy/core/shield.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/flow/queue.hpp>

#include "stream_support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

task<int> twice(int x) {
  const counted local;
  co_await sleep(1s);
  co_return 2 * x;
}
task<bool> always(int) {
  const counted local;
  co_await sleep(1s);
  co_return true;
}

/// Runs `pipeline` and cancels it at every half second. Returns the one at which it ended by
/// itself.
task<int> cancel_everywhere(task<> (*pipeline)()) {
  for (int half_seconds = 0;; ++half_seconds) {
    const auto running = create_task(pipeline);
    co_await sleep(half_seconds * 500ms);
    running.cancel();
    bool cancelled = false;
    try {
      co_await running;
    } catch (const task_cancelled&) {
      cancelled = true;
    }
    EXPECT_EQ(counted::alive, 0) << "something was left after " << half_seconds << " half seconds";
    if (!cancelled) co_return half_seconds;
  }
}

EDDY_TEST(stream_cancel, plain_adaptors_unwind_wherever_they_wait) {
  const auto body = []() -> task<> {
    const counted local;
    auto s = slowly(3) | filter([](int) { return true; }) | transform([](int x) { return x; }) |
             enumerate() | chunk(2);
    EDDY_FOR (auto& x, s) EXPECT_FALSE(x.empty());
  };
  EXPECT_EQ(co_await cancel_everywhere(body), 6);
}

EDDY_TEST(stream_cancel, functions_that_are_tasks_unwind_with_the_pipeline) {
  const auto body = []() -> task<> {
    const counted local;
    co_await (slowly(2) | filter(always) | transform(twice) | for_each([](int) -> task<> {
                const counted inner;
                co_await sleep(1s);
              }));
  };
  EXPECT_EQ(co_await cancel_everywhere(body), 16);
}

EDDY_TEST(stream_cancel, joined_streams_unwind_in_either_of_them) {
  const auto body = []() -> task<> {
    auto pairs = zip(slowly(2), slowly(2)) | transform([](auto pair) { return std::get<0>(pair); });
    auto nested = slowly(2) | flat_map(slowly) | transform([](int x) { return x; });
    co_await (chain(std::move(pairs), std::move(nested)) | count());
  };
  EXPECT_EQ(co_await cancel_everywhere(body), 18);
}

EDDY_TEST(stream_cancel, a_time_limit_ends_a_next_and_its_source_can_be_used_again) {
  event ready;
  struct by_event {
    event* e;
    task<std::optional<int>> next() {
      co_await e->wait();
      co_return 1;
    }
  };
  auto stream = by_event{&ready} | transform([](int x) { return x + 1; });
  EXPECT_EQ(co_await wait_for_optional(stream.next(), 1s), std::nullopt);
  ready.set();
  EXPECT_EQ(co_await stream.next(), 2);
}

EDDY_SHUFFLED_TEST(stream_cancel,
                   zip_keeps_the_items_it_has_when_the_wait_for_another_is_cancelled) {
  queue<int> late;
  struct from_queue {
    queue<int>* q;
    task<std::optional<int>> next() { co_return co_await q->get(); }
  };
  auto pairs = zip(iota(0), from_queue{&late}, iota(0));
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(co_await wait_for_optional(pairs.next(), 1s));
    EXPECT_FALSE(co_await wait_for_optional(pairs.next(), 0s));
    co_await late.put(i);
    const auto row = co_await pairs.next();
    EXPECT_EQ(row, std::tuple(i, i, i));
  }
}

EDDY_TEST(stream_cancel, an_item_that_came_first_is_not_lost_to_a_cancel) {
  event ready;
  int got = 0;
  const auto reader = create_task([&]() -> task<> {
    auto stream = iota(1) | transform([&](int x) -> task<int> {
                    co_await ready.wait();
                    co_return x;
                  });
    got = *co_await stream.next();
    ready.clear();
    co_await stream.next();
  });
  co_await sleep(1s);
  ready.set();
  reader.cancel();
  try {
    co_await reader;
  } catch (const task_cancelled&) {
    got += 10;
  }
  EXPECT_EQ(got, 11);
}

EDDY_TEST(stream_cancel, a_function_may_cancel_the_task_it_runs_in) {
  std::optional<task_handle<>> self;
  int seen = 0;
  self = create_task([&]() -> task<> {
    co_await (iota(0) | inspect([&](int x) {
                seen = x;
                if (x == 3) self->cancel();
              }) |
              for_each([](int) -> task<> { co_await yield(); }));
  });
  bool cancelled = false;
  try {
    co_await *self;
  } catch (const task_cancelled&) {
    cancelled = true;
  }
  EXPECT_TRUE(cancelled);
  EXPECT_EQ(seen, 3);
}

TEST(stream_cancel, a_second_signal_reaches_clean_up_that_a_loops_main_has_adopted) {
  const auto ask_twice = []() -> task<> {
    ::kill(::getpid(), SIGINT);
    // A second that comes before the first was taken would end the process.
    co_await sleep(100ms);
    ::kill(::getpid(), SIGINT);
    co_await sleep(24h);
  };
  const auto source = [&]() -> async_generator<int> {
    co_await defer(ask_twice);
    for (;;) co_yield 1;
  };
  const int status = run_on_each({.loops = 1, .run = {.grace = 24h}}, [&](int) -> task<> {
    auto dropped = source();
    co_await dropped.next();
  });
  EXPECT_EQ(status, 0);  // its body had ended before the first signal
}

}  // namespace
}  // namespace eddy
