// SPDX-License-Identifier: MIT
#include <eddy/core/timeout.hpp>

#include <memory>
#include <stdexcept>
#include <string>

#include <eddy/core/create_task.hpp>
#include <eddy/core/finally.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

task<> nap(duration span) {
  const counted local;
  co_await sleep(span);
}

EDDY_TEST(timeout_scope, moved_on_lets_the_body_go_on) {
  co_await timeout(2s, [](timeout_scope& limit) -> task<> {
    for (int i = 0; i < 5; ++i) {
      co_await nap(1s);
      limit.reschedule_after(2s);
    }
  });
  EXPECT_EQ(now(), 5s);
}

EDDY_TEST(timeout_scope, moved_nearer_expires_sooner_and_the_error_says_how_long_it_was) {
  try {
    co_await timeout(1h, [](timeout_scope& limit) -> task<> {
      co_await nap(1s);
      limit.reschedule_after(1500ms);
      co_await nap(1h);
    });
    ADD_FAILURE() << "nothing was thrown";
  } catch (const timeout_error& e) {
    EXPECT_NE(std::string(e.what()).find("2.5 s"), std::string::npos) << e.what();
  }
  EXPECT_EQ(now(), 2500ms);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(timeout_scope, moved_into_the_past_expires_at_the_next_suspension) {
  bool went_on = false;
  EXPECT_THROW(co_await timeout(1h,
                                [&](timeout_scope& limit) -> task<> {
                                  co_await nap(1s);
                                  limit.reschedule(time_point::min());
                                  went_on = true;
                                  co_await nap(1h);
                                }),
               timeout_error);
  EXPECT_TRUE(went_on);
  EXPECT_EQ(now(), 1s);
}

EDDY_TEST(timeout_scope, has_no_limit_until_one_is_set) {
  EXPECT_THROW(co_await timeout_at(time_point::max(),
                                   [](timeout_scope& limit) -> task<> {
                                     EXPECT_EQ(limit.deadline(), time_point::max());
                                     co_await nap(1h);
                                     limit.reschedule_after(1s);
                                     co_await nap(1h);
                                   }),
               timeout_error);
  EXPECT_EQ(now(), 1h + 1s);
}

EDDY_TEST(timeout_scope, says_its_deadline_and_whether_it_expired_and_then_cannot_be_moved) {
  const time_point start = loop::current()->now();
  bool refused = false;
  EXPECT_THROW(co_await timeout(2s,
                                [&](timeout_scope& limit) -> task<> {
                                  EXPECT_EQ(limit.deadline(), start + 2s);
                                  EXPECT_FALSE(limit.expired());
                                  co_await finally([] { return nap(1h); },
                                                   [&]() -> task<> {
                                                     EXPECT_TRUE(limit.expired());
                                                     try {
                                                       limit.reschedule_after(1h);
                                                     } catch (const std::logic_error&) {
                                                       refused = true;
                                                     }
                                                     co_return;
                                                   });
                                }),
               timeout_error);
  EXPECT_TRUE(refused);
}

EDDY_TEST(timeout_scope, may_be_moved_while_the_body_is_being_made) {
  EXPECT_THROW(co_await timeout(1h,
                                [](timeout_scope& limit) {
                                  limit.reschedule_after(1s);
                                  return nap(1h);
                                }),
               timeout_error);
  EXPECT_EQ(now(), 1s);
}

EDDY_TEST(timeout_scope, moved_on_in_the_outer_leaves_the_inner_to_fire) {
  std::string fired;
  co_await timeout(1s, [&](timeout_scope& outer) -> task<> {
    try {
      co_await timeout(2s, [&]() -> task<> {
        outer.reschedule_after(3s);
        co_await nap(1h);
      });
    } catch (const timeout_error&) {
      fired = "inner";
    }
  });
  EXPECT_EQ(fired, "inner");
  EXPECT_EQ(now(), 2s);
}

EDDY_TEST(timeout_at, is_an_instant_of_the_clock) {
  const time_point start = loop::current()->now();
  co_await sleep(1s);
  EXPECT_THROW(co_await timeout_at(start + 3s, [] { return nap(1h); }), timeout_error);
  EXPECT_EQ(now(), 3s);
  EXPECT_EQ(co_await timeout_at(start + 5s, []() -> task<int> { co_return 4; }), 4);
}

EDDY_TEST(timeout, with_no_time_never_makes_nor_starts_its_body) {
  bool made = false;
  const auto body = [&] {
    made = true;
    return nap(1s);
  };
  EXPECT_THROW(co_await timeout(0s, body), timeout_error);
  EXPECT_THROW(co_await timeout_at(time_point::min(), body), timeout_error);
  EXPECT_FALSE(made);
}

EDDY_TEST(timeout, with_no_time_and_a_cancel_pending_stays_a_cancel) {
  gate g;
  bool timed_out = false;
  const auto owner = create_task([&]() -> task<> {
    co_await g.wait();
    try {
      co_await timeout(0s, [] { return nap(1s); });
    } catch (const timeout_error&) {
      timed_out = true;
    }
  });
  co_await yield();
  g.open();
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_FALSE(timed_out);
}

EDDY_TEST(timeout, whose_body_cannot_be_made_throws_that_and_leaves_no_timer) {
  const auto refuse = [](bool yes) {
    if (yes) throw std::domain_error("no body");
    return nap(1s);
  };
  EXPECT_THROW(co_await timeout(1s, [&] { return refuse(true); }), std::domain_error);
  co_await sleep(2s);
  EXPECT_EQ(now(), 2s);
}

EDDY_TEST(timeout, awaits_the_end_of_the_body_it_cancelled_before_it_throws) {
  EXPECT_THROW(co_await timeout(1s,
                                [] {
                                  return []() -> task<> {
                                    co_await finally([] { return nap(1h); },
                                                     [] { return nap(5s); });
                                  }();
                                }),
               timeout_error);
  EXPECT_EQ(now(), 6s);
}

EDDY_TEST(timeout, cancelled_from_outside_before_it_expires_stays_a_cancel) {
  bool caught = false;
  const auto owner = create_task([&]() -> task<> {
    try {
      co_await timeout(10s, [] { return nap(1h); });
    } catch (...) {
      caught = true;
      throw;
    }
  });
  co_await sleep(1s);
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_FALSE(caught);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(wait_for, with_no_time_starts_nothing_that_is_not_an_operation) {
  bool ran = false;
  const auto body = [&]() -> task<> {
    ran = true;
    co_return;
  };
  EXPECT_THROW(co_await wait_for(gather(body(), body()), 0s), timeout_error);
  EXPECT_THROW(co_await wait_for(timeout(1s, body), 0s), timeout_error);
  EXPECT_THROW(co_await wait_for(with_task_group([&](task_group&) { return body(); }), 0s),
               timeout_error);
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace eddy
