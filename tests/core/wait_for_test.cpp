// SPDX-License-Identifier: MIT
#include <eddy/core/wait_for.hpp>

#include <cmath>
#include <limits>
#include <memory>
#include <source_location>
#include <stdexcept>
#include <string>
#include <variant>

#include <eddy/core/create_task.hpp>
#include <eddy/core/finally.hpp>
#include <eddy/core/shield.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

EDDY_TEST(wait_for, gives_the_value_of_work_that_ends_in_time) {
  EXPECT_EQ(co_await wait_for(after(1s, 4), 2s), 4);
  EXPECT_EQ(now(), 1s);
}

EDDY_TEST(wait_for, rethrows_what_the_work_threw) {
  const auto fails = []() -> task<> {
    throw std::runtime_error("x");
    co_return;
  };
  EXPECT_THROW(co_await wait_for(fails(), 2s), std::runtime_error);
}

EDDY_TEST(wait_for, cancels_work_that_takes_too_long_and_says_where_the_limit_was_set) {
  const auto line = std::source_location::current().line() + 2;
  try {
    co_await wait_for(after(1h, 4), 1500ms);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const timeout_error& e) {
    EXPECT_EQ(e.where().line(), line);
    EXPECT_NE(std::string(e.what()).find("1.5 s"), std::string::npos) << e.what();
  }
  EXPECT_EQ(now(), 1500ms);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(wait_for, leaves_no_timer_behind) {
  co_await wait_for(after(1s, 4), 1h);
  co_await sleep(1s);
  EXPECT_EQ(now(), 2s);
}

EDDY_TEST(wait_for, awaits_the_end_of_the_work_it_cancelled_before_it_throws) {
  const auto careful = []() -> task<> {
    co_await finally([]() -> task<> { co_await sleep(1h); },
                     []() -> task<> { co_await sleep(5s); });
  };
  EXPECT_THROW(co_await wait_for(careful(), 1s), timeout_error);
  EXPECT_EQ(now(), 6s);
}

TEST(wait_for, gives_the_value_when_the_loop_was_busy_past_the_end_of_the_work_and_the_limit) {
  int got = 0;
  // Each jump overshoots by 10 s: the sleep and the limit fire in one step, in this order.
  drive(std::make_unique<stub_backend>(10s),
        [&]() -> task<> { got = co_await wait_for(after(1s, 4), 2s); });
  EXPECT_EQ(got, 4);
}

EDDY_TEST(wait_for, gives_the_value_of_work_that_ends_in_spite_of_the_cancel) {
  EXPECT_EQ(co_await wait_for(shield(after(2s, 4)), 1s), 4);
  EXPECT_EQ(now(), 2s);
}

EDDY_TEST(wait_for, an_error_of_the_cancelled_works_clean_up_takes_the_place_of_the_timeout) {
  const auto careless = []() -> task<> {
    co_await finally([]() -> task<> { co_await sleep(1h); },
                     []() -> task<> {
                       throw std::domain_error("clean-up");
                       co_return;
                     });
  };
  EXPECT_THROW(co_await wait_for(careless(), 1s), std::domain_error);
}

// Limits that are over at once.

EDDY_TEST(wait_for, with_no_time_a_task_is_never_started) {
  bool ran = false;
  const auto note = [&](counted) -> task<> {
    ran = true;
    co_return;
  };
  EXPECT_THROW(co_await wait_for(note(counted()), 0s), timeout_error);
  EXPECT_THROW(co_await wait_for(note(counted()), -1s), timeout_error);
  EXPECT_FALSE(ran);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(wait_for, with_no_time_an_operation_that_is_ready_still_gives_its_value) {
  const auto handle = create_task(after, 1s, 4);
  EXPECT_THROW(co_await wait_for(handle, 0s), timeout_error);
  co_await sleep(2s);
  EXPECT_EQ(co_await wait_for(handle, 0s), 4);
  EXPECT_EQ(co_await wait_for(handle, -1h), 4);
}

EDDY_TEST(wait_for, with_no_time_and_a_cancel_pending_stays_a_cancel) {
  gate g;
  bool timed_out = false;
  const auto owner = create_task([&]() -> task<> {
    co_await g.wait();
    try {
      co_await wait_for(after(1s, 1), 0s);
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

// Odd limits.

EDDY_TEST(wait_for, refuses_a_limit_that_is_not_a_number) {
  const std::chrono::duration<double> nan(std::nan(""));
  EXPECT_THROW((void)wait_for(after(1s, 1), nan), std::invalid_argument);
  EXPECT_EQ(counted::alive, 0);
  co_return;
}

EDDY_TEST(wait_for, takes_the_longest_limit_there_is) {
  EXPECT_EQ(co_await wait_for(after(1s, 1), std::chrono::hours::max()), 1);
  EXPECT_EQ(co_await wait_for(after(1s, 1), duration::max()), 1);
}

// Whose cancel is it.

EDDY_TEST(wait_for, a_cancel_from_outside_stays_a_cancel) {
  bool caught = false;
  const auto owner = create_task([&]() -> task<> {
    try {
      co_await wait_for(after(1h, 1), 10s);
    } catch (...) {
      caught = true;
      throw;
    }
  });
  co_await sleep(1s);
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_FALSE(caught);
}

EDDY_TEST(wait_for, a_cancel_from_outside_stays_one_when_the_limit_expires_meanwhile) {
  bool caught = false;
  const auto careful = []() -> task<> {
    co_await finally([]() -> task<> { co_await sleep(1h); },
                     []() -> task<> { co_await sleep(5s); });
  };
  const auto owner = create_task([&]() -> task<> {
    try {
      co_await wait_for(careful(), 2s);
    } catch (...) {
      caught = true;
      throw;
    }
  });
  co_await sleep(1s);
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_EQ(now(), 6s);
  EXPECT_FALSE(caught);
}

EDDY_TEST(wait_for, a_cancel_from_outside_wins_over_an_expiry_that_is_being_unwound) {
  bool caught = false;
  const auto careful = []() -> task<> {
    co_await finally([]() -> task<> { co_await sleep(1h); },
                     []() -> task<> { co_await sleep(5s); });
  };
  const auto owner = create_task([&]() -> task<> {
    try {
      co_await wait_for(careful(), 1s);
    } catch (...) {
      caught = true;
      throw;
    }
  });
  co_await sleep(2s);
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_EQ(now(), 6s);
  EXPECT_FALSE(caught);
}

EDDY_TEST(wait_for, a_cancel_of_the_awaited_handle_is_no_timeout) {
  const auto handle = create_task(after, 1h, 1);
  const auto killer = create_task([&]() -> task<> {
    co_await sleep(1s);
    handle.cancel();
  });
  EXPECT_THROW(co_await wait_for(handle, 10s), task_cancelled);
  co_await killer;
}

EDDY_TEST(wait_for, nested_fires_at_the_level_whose_limit_expired) {
  std::string fired;
  const auto nested = [&](duration outer, duration inner) -> task<> {
    try {
      co_await timeout(outer, [&]() -> task<> {
        try {
          co_await wait_for(after(1h, 1), inner);
        } catch (const timeout_error&) {
          fired = "inner";
        }
      });
    } catch (const timeout_error&) {
      fired = "outer";
    }
  };
  co_await nested(2s, 1s);
  EXPECT_EQ(fired, "inner");
  co_await nested(1s, 2s);
  EXPECT_EQ(fired, "outer");
}

EDDY_TEST(wait_for, nested_fires_outside_when_both_limits_expired_in_one_step) {
  std::string fired;
  try {
    co_await timeout(1s, [&]() -> task<> {
      try {
        co_await wait_for(after(1h, 1), 1s);
      } catch (const timeout_error&) {
        fired = "inner";
        throw;
      }
    });
  } catch (const timeout_error&) {
    fired += "outer";
  }
  EXPECT_EQ(fired, "outer");
}

TEST(wait_for, nested_fires_outside_when_the_loop_was_busy_past_both_limits) {
  std::string fired;
  drive(std::make_unique<stub_backend>(10s), [&]() -> task<> {
    try {
      co_await timeout(2s, [&]() -> task<> {
        try {
          co_await wait_for(after(1h, 1), 1s);
        } catch (const timeout_error&) {
          fired = "inner";
          throw;
        }
      });
    } catch (const timeout_error&) {
      fired += "outer";
    }
  });
  EXPECT_EQ(fired, "outer");
}

EDDY_TEST(wait_for, leaves_the_task_able_to_wait_again_after_it_expired) {
  for (int i = 0; i < 3; ++i) EXPECT_THROW(co_await wait_for(after(1h, 1), 1s), timeout_error);
  EXPECT_EQ(co_await wait_for(after(1s, 2), 2s), 2);
  EXPECT_EQ(now(), 4s);
}

// The other forms.

EDDY_TEST(wait_for_optional, gives_nothing_in_place_of_the_error) {
  EXPECT_EQ(co_await wait_for_optional(after(1s, 3), 2s), 3);
  EXPECT_EQ(co_await wait_for_optional(after(2s, 3), 1s), std::nullopt);
  EXPECT_EQ(co_await wait_for_optional(after(2s, 3), 0s), std::nullopt);
}

EDDY_TEST(wait_for_optional, turns_void_into_monostate) {
  EXPECT_EQ(co_await wait_for_optional(sleep(1s), 2s), std::monostate());
  EXPECT_EQ(co_await wait_for_optional(sleep(2s), 1s), std::nullopt);
}

EDDY_TEST(wait_for_optional, rethrows_what_the_work_threw) {
  const auto fails = []() -> task<> {
    throw std::runtime_error("x");
    co_return;
  };
  EXPECT_THROW((void)co_await wait_for_optional(fails(), 2s), std::runtime_error);
}

EDDY_TEST(timeout, gives_the_value_of_its_block_or_throws) {
  EXPECT_EQ(co_await timeout(2s, [] { return after(1s, 5); }), 5);
  EXPECT_THROW(co_await timeout(1s, [] { return after(2s, 5); }), timeout_error);
}

EDDY_TEST(timeout, owns_its_block) {
  auto box = std::make_unique<int>(6);
  const int got = co_await timeout(2s, [kept = std::move(box)]() -> task<int> {
    co_await sleep(1s);
    co_return *kept;
  });
  EXPECT_EQ(got, 6);
}

}  // namespace
}  // namespace eddy
