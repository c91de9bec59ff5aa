// SPDX-License-Identifier: MIT
// What holds of tasks that run together in whatever order ready tasks run.
#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/finally.hpp>
#include <eddy/core/gather.hpp>
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

task<> hold_for(duration span) {
  const counted local;
  co_await sleep(span);
}

// Task groups.

EDDY_SHUFFLED_TEST(semantics, children_added_late_to_a_group_are_joined) {
  chance random(seed());
  int started = 0;
  int ended = 0;
  std::function<task<>(task_group&, int)> grow = [&](task_group& group, int depth) -> task<> {
    ++started;
    for (int i = 0; depth > 0 && i < 3; ++i) {
      if (random.one_in(2)) co_await sleep(random.below(3) * 1s);
      (void)group.create_task(grow, std::ref(group), depth - 1);
    }
    if (random.one_in(2)) co_await sleep(random.below(3) * 1s);
    ++ended;
  };
  co_await with_task_group([&](task_group& group) { return grow(group, 3); });
  EXPECT_EQ(started, 1 + 3 + 9 + 27);
  EXPECT_EQ(ended, started);
}

EDDY_SHUFFLED_TEST(semantics, an_error_of_a_child_cancels_siblings_and_body_and_all_errors_arrive) {
  chance random(seed());
  int expected = 1;
  std::size_t arrived = 0;
  int reached = 0;
  const auto sibling = [&](bool clean_up_fails, duration clean_up) -> task<> {
    co_await finally([] { return hold_for(1h); },
                     [&, clean_up_fails, clean_up](exit_status end) -> task<> {
                       if (end == exit_status::cancelled) ++reached;
                       co_await sleep(clean_up);
                       if (clean_up_fails) throw std::runtime_error("clean-up");
                     });
  };
  const auto start_one = [&](task_group& group) {
    const bool fails = random.one_in(2);
    expected += fails ? 1 : 0;
    (void)group.create_task(sibling, fails, random.below(3) * 1s);
  };
  try {
    co_await with_task_group([&](task_group& group) -> task<> {
      for (int i = 0; i < 4; ++i) start_one(group);
      (void)group.create_task([]() -> task<> {
        co_await sleep(1s);
        throw std::runtime_error("first");
      });
      for (int i = 0; i < 3; ++i) start_one(group);
      co_await sibling(false, 1s);
    });
  } catch (const error_group& all) {
    arrived = all.errors().size();
    EXPECT_EQ(detail::describe(all.errors().front()), "first");
  } catch (const std::runtime_error& one) {
    arrived = 1;
    EXPECT_STREQ(one.what(), "first");
  }
  EXPECT_EQ(static_cast<int>(arrived), expected);
  EXPECT_EQ(reached, 8);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_SHUFFLED_TEST(semantics, a_child_of_a_group_that_was_cancelled_by_its_handle_disturbs_nobody) {
  chance random(seed());
  int ended = 0;
  int stopped = 0;
  const int value = co_await with_task_group([&](task_group& group) -> task<int> {
    std::vector<task_handle<>> children;
    for (int i = 0; i < 10; ++i) {
      children.push_back(group.create_task([&]() -> task<> {
        co_await sleep(2s);
        ++ended;
      }));
    }
    random.shuffle(children);
    if (random.one_in(2)) co_await sleep(random.below(2) * 1s);
    stopped = static_cast<int>(random.below(10));
    for (int i = 0; i < stopped; ++i) EXPECT_TRUE(children[static_cast<std::size_t>(i)].cancel());
    co_return 5;
  });
  EXPECT_EQ(value, 5);
  EXPECT_EQ(ended, 10 - stopped);
}

/// A tree of everything that runs tasks together; its leaves never end by themselves.
task<> tree(chance& random, int depth, int& leaves, int& ended) {
  if (depth == 0) {
    ++leaves;
    co_await finally([] { return hold_for(1h); },
                     [&](exit_status end) -> task<> {
                       if (end == exit_status::cancelled) ++ended;
                       co_await sleep(1s);
                     });
    co_return;
  }
  const auto part = [&] { return tree(random, depth - 1, leaves, ended); };
  switch (random.below(5)) {
    case 0:
      co_await gather(part(), part(), part());
      break;
    case 1:
      co_await race(part(), part());
      break;
    case 2:
      co_await wait_for(part(), 1h);
      break;
    case 3:
      co_await with_task_group([&](task_group& group) -> task<> {
        (void)group.create_task(part);
        (void)group.create_task(part);
        co_await part();
      });
      break;
    default:
      co_await part();
  }
}

EDDY_SHUFFLED_TEST(semantics, a_cancel_of_the_parent_reaches_everything) {
  chance random(seed());
  int leaves = 0;
  int ended = 0;
  const auto root = create_task(tree, std::ref(random), 4, std::ref(leaves), std::ref(ended));
  co_await sleep(10s);
  root.cancel();
  EXPECT_THROW(co_await root, task_cancelled);
  EXPECT_EQ(now(), 11s);
  EXPECT_GT(leaves, 0);
  EXPECT_EQ(ended, leaves);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_SHUFFLED_TEST(semantics, a_group_starts_no_new_task_after_its_shutdown_began) {
  chance random(seed());
  bool ran = false;
  int tried = 0;
  const auto start_late = [&](task_group& group) {
    ++tried;
    (void)group.create_task([&]() -> task<> {
      ran = true;
      co_return;
    });
  };
  const auto child = [&](task_group& group) -> task<> {
    co_await finally([] { return hold_for(1h); },
                     [&]() -> task<> {
                       start_late(group);
                       co_await sleep(random.below(3) * 1s);
                       start_late(group);
                     });
  };
  const bool by_error = random.one_in(2);
  try {
    co_await with_task_group([&](task_group& group) -> task<> {
      for (int i = 0; i < 3; ++i) (void)group.create_task(child, std::ref(group));
      co_await sleep(1s);
      if (by_error) throw std::runtime_error("body");
      group.cancel();
    });
    EXPECT_FALSE(by_error);
  } catch (const std::runtime_error&) {
    EXPECT_TRUE(by_error);
  }
  EXPECT_EQ(tried, 6);
  EXPECT_FALSE(ran);
}

// Gather.

EDDY_SHUFFLED_TEST(semantics, gather_keeps_the_order_of_its_arguments) {
  chance random(seed());
  std::vector<int> finished;
  const auto value = [&](int x) -> task<int> {
    for (std::size_t i = random.below(3); i > 0; --i) co_await yield();
    if (random.one_in(2)) co_await sleep(random.below(3) * 1s);
    finished.push_back(x);
    co_return x;
  };
  const auto [a, b, c, d, e] = co_await gather(value(1), value(2), value(3), value(4), value(5));
  EXPECT_EQ((std::vector{a, b, c, d, e}), (std::vector{1, 2, 3, 4, 5}));
  EXPECT_EQ(finished.size(), 5U);
}

// Shield.

EDDY_SHUFFLED_TEST(semantics, a_cancel_outside_a_shield_leaves_what_is_inside_running) {
  chance random(seed());
  const duration cancelled_at = random.below(4) * 1s + 500ms;
  bool inside = false;
  bool went_on = false;
  const auto owner = create_task([&]() -> task<> {
    co_await shield([](bool& done) -> task<> {
      co_await sleep(1s);
      co_await gather(sleep(1s), yield());
      co_await wait_for_optional(sleep(1h), 1s);
      done = true;
    }(inside));
    co_await sleep(1h);
    went_on = true;
  });
  co_await sleep(cancelled_at);
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_TRUE(inside);
  EXPECT_FALSE(went_on);
  EXPECT_EQ(now(), std::max<duration>(3s, cancelled_at));
}

EDDY_SHUFFLED_TEST(semantics, an_error_inside_a_shield_after_a_cancel_outside_is_reported) {
  chance random(seed());
  const auto fails = []() -> task<> {
    co_await sleep(2s);
    throw std::runtime_error("later");
  };
  auto owner = std::optional(create_task([&]() -> task<> { co_await shield(fails()); }));
  co_await sleep(1s);
  EXPECT_TRUE(owner->cancel());
  if (random.one_in(2)) {  // to whoever awaits
    std::string error;
    try {
      co_await *owner;
    } catch (const std::runtime_error& e) {
      error = e.what();
    }
    EXPECT_EQ(error, "later");
  } else {  // and where nobody does, on stderr
    ::testing::internal::CaptureStderr();
    owner.reset();
    co_await sleep(2s);
    const std::string reported = ::testing::internal::GetCapturedStderr();
    EXPECT_NE(reported.find("later"), std::string::npos) << reported;
  }
}

}  // namespace
}  // namespace eddy
