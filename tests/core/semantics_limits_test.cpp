// SPDX-License-Identifier: MIT
// What holds of time limits in whatever order ready tasks run: whose cancel it is, and what comes
// first.
#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/finally.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/race.hpp>
#include <eddy/core/shield.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "chance.hpp"
#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

/// Works for `span`, and then cleans up for `clean_up` in whatever way it ended.
task<int> work_for(duration span, duration clean_up) {
  const counted local;
  co_return co_await finally(
      [span]() -> task<int> {
        const counted inner;
        co_await sleep(span);
        co_return 7;
      },
      [clean_up]() -> task<> {
        if (clean_up > 0s) co_await sleep(clean_up);
      });
}

EDDY_SHUFFLED_TEST(semantics, with_no_time_what_is_ready_gives_its_value_and_nothing_is_started) {
  const auto ready = create_task(work_for, 0s, 0s);
  const auto waiting = create_task(work_for, 1h, 0s);
  co_await sleep(1s);
  bool started = false;
  const auto body = [&](counted) -> task<int> {
    started = true;
    co_return 1;
  };
  for (const duration limit : {duration(0s), duration(-1ns), duration(-1h), duration::min()}) {
    EXPECT_EQ(co_await wait_for(ready, limit), 7);
    EXPECT_EQ(co_await wait_for_optional(ready, limit), 7);
    EXPECT_THROW(co_await wait_for(waiting, limit), timeout_error);
    EXPECT_FALSE(co_await wait_for_optional(waiting, limit));
    EXPECT_THROW(co_await wait_for(body(counted()), limit), timeout_error);
    EXPECT_FALSE(co_await wait_for_optional(body(counted()), limit));
    EXPECT_THROW(co_await timeout(limit, [&] { return body(counted()); }), timeout_error);
  }
  EXPECT_FALSE(started);
  EXPECT_FALSE(waiting.done());
  EXPECT_EQ(now(), 1s);
}

EDDY_SHUFFLED_TEST(semantics, an_expired_timeout_waits_for_the_cancelled_body_before_it_throws) {
  chance random(seed());
  const duration clean_up = random.below(5) * 1s;
  try {
    co_await wait_for(work_for(1h, clean_up), 1s);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const timeout_error&) {
    EXPECT_EQ(now(), 1s + clean_up);
    EXPECT_EQ(counted::alive, 0);
  }
}

EDDY_SHUFFLED_TEST(semantics,
                   only_its_own_expiry_is_a_timeout_error_and_a_foreign_cancel_stays_one) {
  chance random(seed());
  const auto instant = [&](duration apart) { return random.below(4) * 10ms + apart; };
  const duration span = instant(10ms);
  const duration limit = instant(13ms);
  const duration cancelled_at = instant(16ms);
  const duration clean_up = random.below(4) * 7ms;

  std::string seen;
  const auto owner = create_task([&]() -> task<> {
    try {
      co_await wait_for(work_for(span, clean_up), limit);
      seen = "value";
    } catch (const timeout_error&) {
      seen = "timeout";
    } catch (...) {
      seen = "something else";
    }
  });
  co_await sleep(cancelled_at);
  owner.cancel();
  co_await sleep(1s);

  const duration first = std::min({span, limit, cancelled_at});
  std::string expected;  // a cancel lets nobody see anything
  if (first == span) expected = "value";
  if (first == limit && cancelled_at > limit + clean_up) expected = "timeout";
  EXPECT_EQ(seen, expected) << "work " << span.count() << ", limit " << limit.count() << ", cancel "
                            << cancelled_at.count();
  EXPECT_EQ(counted::alive, 0);
}

// Whatever is made of tasks is a task: to begin it would run the user's code.
EDDY_SHUFFLED_TEST(semantics, with_no_time_nothing_that_would_run_a_task_is_started) {
  bool started = false;
  const auto body = [&]() -> task<int> {
    started = true;
    co_return 1;
  };
  EXPECT_THROW(co_await wait_for(shield(body()), 0s), timeout_error);
  EXPECT_THROW(co_await wait_for(outcome(body()), 0s), timeout_error);
  EXPECT_THROW(co_await wait_for(wait_for(body(), 1s), 0s), timeout_error);
  EXPECT_THROW(co_await wait_for(timeout(1s, body), 0s), timeout_error);
  EXPECT_THROW(co_await wait_for(gather(body(), body()), 0s), timeout_error);
  EXPECT_THROW(co_await wait_for(race(body(), body()), 0s), timeout_error);
  EXPECT_THROW(co_await wait_for(finally(body, []() -> task<> { co_return; }), 0s), timeout_error);
  EXPECT_THROW(co_await wait_for(with_task_group([&](task_group&) { return body(); }), 0s),
               timeout_error);
  EXPECT_FALSE(started);
}

EDDY_SHUFFLED_TEST(semantics, with_no_time_a_handle_that_was_cancelled_says_so) {
  const auto stopped = create_task(work_for, 1h, 0s);
  stopped.cancel();
  EXPECT_FALSE(co_await wait_for_optional(stopped, 0s));
  co_await sleep(1s);
  EXPECT_THROW(co_await wait_for(stopped, 0s), task_cancelled);
  EXPECT_THROW(co_await wait_for_optional(stopped, -1s), task_cancelled);
  const auto end = co_await wait_for(outcome(stopped), 0s);
  EXPECT_TRUE(end.is_cancelled());
}

/// Limits around each other, outermost first. Says which of them threw, or that none did.
task<std::string> nested(std::vector<duration> limits, std::size_t level, duration span,
                         duration clean_up) {
  if (level == limits.size()) {
    co_await work_for(span, clean_up);
    co_return "value";
  }
  try {
    co_return co_await wait_for(nested(limits, level + 1, span, clean_up), limits[level]);
  } catch (const timeout_error&) {
    co_return "limit " + std::to_string(level);
  }
}

/// What `nested` must say if whatever is due within `blind` of the first expiry counts as expired
/// with it: because the body still cleaned up, or because the loop was busy.
std::string expected_of(const std::vector<duration>& limits, duration span, duration blind) {
  const duration first = std::ranges::min(limits);
  if (span < first) return "value";
  const auto outermost =
      std::ranges::find_if(limits, [&](duration each) { return each <= first + blind; });
  return "limit " + std::to_string(outermost - limits.begin());
}

struct nest {
  explicit nest(chance& random) {
    for (std::size_t i = 0, depth = 2 + random.below(4); i < depth; ++i) {
      limits.push_back((1 + random.below(6)) * 10ms);
    }
    span = random.below(7) * 10ms + 5ms;
  }
  std::vector<duration> limits;
  duration span{};
};

EDDY_SHUFFLED_TEST(semantics, nested_timeouts_fire_at_the_right_level) {
  chance random(seed());
  const nest n(random);
  const duration clean_up = random.below(4) * 6ms;
  EXPECT_EQ(co_await nested(n.limits, 0, n.span, clean_up),
            expected_of(n.limits, n.span, clean_up));
  EXPECT_EQ(now(), std::min(n.span, std::ranges::min(n.limits)) + clean_up);
}

TEST(semantics, nested_timeouts_fire_at_the_right_level_also_when_the_loop_was_busy_past_them) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(seed);
    chance random(seed);
    const nest n(random);
    const duration busy = random.below(8) * 10ms;
    std::string seen;
    drive(std::make_unique<stub_backend>(busy),
          [&]() -> task<> { seen = co_await nested(n.limits, 0, n.span, 0s); });
    EXPECT_EQ(seen, expected_of(n.limits, n.span, busy));
  }
}

}  // namespace
}  // namespace eddy
