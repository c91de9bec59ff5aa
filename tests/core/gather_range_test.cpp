// SPDX-License-Identifier: MIT
#include <array>
#include <memory>
#include <ranges>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include <eddy/core/create_task.hpp>
#include <eddy/core/detail/frame_pool.hpp>
#include <eddy/core/finally.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;
using std::views::iota;
using std::views::transform;

/// Later elements end sooner, so that the order of the ends is not the order of the range.
task<int> reversed(int i) { return after(std::chrono::seconds(10 - i), i); }

task<int> fail_after(duration span, const char* why) {
  const counted local;
  co_await sleep(span);
  throw std::runtime_error(why);
}

EDDY_TEST(gather_range, gives_values_in_the_order_of_the_range) {
  EXPECT_EQ(co_await gather(iota(0, 4) | transform(reversed)), (std::vector{0, 1, 2, 3}));
  EXPECT_EQ(now(), 10s);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(gather_range, an_empty_range_gives_an_empty_vector_without_suspending) {
  bool other_ran = false;
  const auto other = create_task([&]() -> task<> {
    other_ran = true;
    co_return;
  });
  const std::vector<int> none;
  EXPECT_TRUE((co_await gather(none | transform(reversed))).empty());
  EXPECT_TRUE((co_await gather(return_exceptions, none | transform(reversed))).empty());
  EXPECT_FALSE(other_ran);
  co_await other;
}

EDDY_TEST(gather_range, turns_void_into_monostate_and_gives_what_can_only_be_moved) {
  const auto nap = [](int) -> task<> { co_await sleep(1s); };
  const auto naps = co_await gather(iota(0, 3) | transform(nap));
  static_assert(std::is_same_v<decltype(naps), const std::vector<std::monostate>>);
  EXPECT_EQ(naps.size(), 3U);
  const auto box = [](int i) -> task<std::unique_ptr<int>> { co_return std::make_unique<int>(i); };
  const auto boxes = co_await gather(iota(0, 3) | transform(box));
  EXPECT_EQ(*boxes[2], 2);
}

EDDY_TEST(gather_range, gives_references_as_such) {
  std::array<int, 3> targets{};
  const auto lend = [](int& i) -> task<int&> { co_return i; };
  const auto lent = co_await gather(targets | transform(lend));
  EXPECT_EQ(&lent[1].get(), &targets[1]);
}

EDDY_TEST(gather_range, of_handles_gives_references_and_of_moved_handles_values) {
  std::vector<task_handle<int>> handles;
  for (int i = 0; i < 3; ++i) handles.push_back(create_task(reversed, i));
  const auto lent = co_await gather(handles);
  EXPECT_EQ(&lent[2].get(), &handles[2].result());
  const std::vector<int> values = co_await gather(std::move(handles));
  EXPECT_EQ(values, (std::vector{0, 1, 2}));
}

EDDY_TEST(gather_range, takes_handles_that_the_range_makes) {
  const auto start = [](int i) { return create_task(reversed, i); };
  const std::vector<int> values = co_await gather(iota(0, 3) | transform(start));
  EXPECT_EQ(values, (std::vector{0, 1, 2}));
}

EDDY_TEST(gather_range, takes_a_range_that_can_be_read_only_once) {
  std::istringstream words("7 8 9");
  const auto echo = [](int i) -> task<int> { co_return i; };
  EXPECT_EQ(co_await gather({.limit = 2}, std::views::istream<int>(words) | transform(echo)),
            (std::vector{7, 8, 9}));
}

// A limit.

EDDY_TEST(gather_range,
          never_runs_more_at_once_than_its_limit_and_takes_elements_as_there_is_room) {
  int running = 0;
  int most = 0;
  int made = 0;
  std::vector<duration> made_at;
  const auto work = [&](int i) {
    ++made;
    made_at.push_back(now());
    return [](int& running, int& most, int i) -> task<int> {
      most = std::max(most, ++running);
      co_await sleep(1s);
      --running;
      co_return i;
    }(running, most, i);
  };
  const auto got = co_await gather({.limit = 3}, iota(0, 10) | transform(work));
  EXPECT_EQ(got.size(), 10U);
  EXPECT_EQ(got[9], 9);
  EXPECT_EQ(most, 3);
  EXPECT_EQ(made, 10);
  EXPECT_EQ(now(), 4s);
  EXPECT_EQ(made_at[2], 0s);
  EXPECT_EQ(made_at[3], 1s);
  EXPECT_EQ(made_at[9], 3s);
}

EDDY_TEST(gather_range, holds_frames_for_its_limit_not_for_the_range) {
  const long before = detail::live_frames();
  long most = 0;
  const auto work = [&](int) -> task<> {
    most = std::max(most, detail::live_frames() - before);
    co_await yield();
  };
  co_await gather({.limit = 4}, iota(0, 10'000) | transform(work));
  EXPECT_LE(most, 4 * 2);  // a frame and its control block each
}

EDDY_TEST(gather_range, makes_the_next_work_as_code_of_its_own_task) {
  const std::uint64_t self = loop::current()->current_task()->id;
  const auto work = [&](int) {
    EXPECT_EQ(detail::current_task_id(*loop::current()), self);
    return after(1s, 0);
  };
  co_await gather({.limit = 1}, iota(0, 3) | transform(work));
}

EDDY_TEST(gather_range, refuses_a_limit_of_zero) {
  EXPECT_THROW((void)gather({.limit = 0}, iota(0, 3) | transform(reversed)), std::invalid_argument);
  co_return;
}

// Failures.

EDDY_TEST(gather_range, a_failure_cancels_and_joins_the_others_and_takes_no_more_elements) {
  int made = 0;
  bool cleaned = false;
  const auto work = [&](int i) -> task<int> {
    ++made;
    if (i == 1) co_return co_await fail_after(1s, "one");
    co_return co_await finally([] { return after(1h, 0); },
                               [&]() -> task<> {
                                 co_await sleep(2s);
                                 cleaned = true;
                               });
  };
  EXPECT_THROW(co_await gather({.limit = 2}, iota(0, 100) | transform(work)), std::runtime_error);
  EXPECT_EQ(made, 2);
  EXPECT_TRUE(cleaned);
  EXPECT_EQ(now(), 3s);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(gather_range, what_the_range_throws_cancels_joins_and_is_rethrown) {
  const auto work = [&](int i) {
    if (i == 2) throw std::domain_error("the range");
    return after(1h, i);
  };
  EXPECT_THROW(co_await gather(iota(0, 4) | transform(work)), std::domain_error);
  EXPECT_THROW(co_await gather(return_exceptions, iota(0, 4) | transform(work)), std::domain_error);
  EXPECT_EQ(counted::alive, 0);
  EXPECT_EQ(now(), 0s);
}

EDDY_TEST(gather_range, what_the_range_throws_at_its_first_element_is_rethrown) {
  const auto work = [](int) -> task<int> { throw std::domain_error("the range"); };
  const auto refuse = [&](int i) -> task<int> {
    if (i >= 0) throw std::domain_error("the range");
    return work(i);
  };
  EXPECT_THROW(co_await gather(iota(0, 4) | transform(refuse)), std::domain_error);
}

EDDY_TEST(gather_range, what_the_range_throws_later_comes_out_once_the_others_have_ended) {
  const auto work = [&](int i) {
    if (i == 2) throw std::domain_error("the range");
    return after(std::chrono::seconds(1 + 9 * i), i);
  };
  EXPECT_THROW(co_await gather({.limit = 2}, iota(0, 4) | transform(work)), std::domain_error);
  EXPECT_EQ(now(), 1s);
  EXPECT_EQ(counted::alive, 0);
}

// return_exceptions.

EDDY_TEST(gather_range, return_exceptions_gives_an_outcome_for_each_and_cancels_nothing) {
  const auto handle = create_task(after, 1h, 0);
  const auto work = [&](int i) -> task<int> {
    if (i == 0) co_return co_await fail_after(1s, "zero");
    if (i == 1) {
      handle.cancel();
      co_return co_await handle;
    }
    co_return co_await after(2s, i);
  };
  const auto got = co_await gather(return_exceptions, {.limit = 2}, iota(0, 3) | transform(work));
  static_assert(std::is_same_v<decltype(got), const std::vector<outcome<int>>>);
  EXPECT_TRUE(got[0].has_error());
  EXPECT_TRUE(got[1].is_cancelled());
  EXPECT_TRUE(got[2].has_value());
  EXPECT_EQ(now(), 2s);
}

EDDY_TEST(gather, return_exceptions_gives_a_tuple_of_outcomes) {
  auto [number, failed, nothing] =
      co_await gather(return_exceptions, after(2s, 1), fail_after(1s, "x"), sleep(1s));
  static_assert(std::is_same_v<decltype(nothing), outcome<void>>);
  EXPECT_EQ(number.value(), 1);
  EXPECT_TRUE(failed.has_error());
  EXPECT_TRUE(nothing.has_value());
  EXPECT_EQ(now(), 2s);
}

EDDY_TEST(gather, return_exceptions_passes_a_cancel_of_the_caller_on) {
  bool went_on = false;
  const auto owner = create_task([&]() -> task<> {
    co_await gather(return_exceptions, after(1h, 1), fail_after(1ms, "x"));
    went_on = true;
  });
  co_await sleep(1s);
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_FALSE(went_on);
  EXPECT_EQ(counted::alive, 0);
}

// A cancel from above.

EDDY_TEST(gather_range, a_cancel_reaches_all_takes_no_more_and_goes_on_upwards) {
  int made = 0;
  const auto work = [&](int i) {
    ++made;
    return after(1h, i);
  };
  const auto owner =
      create_task([&]() -> task<> { co_await gather({.limit = 2}, iota(0, 9) | transform(work)); });
  co_await sleep(1s);
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_EQ(made, 2);
  EXPECT_EQ(now(), 1s);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(gather_range, cancelled_in_the_step_the_last_one_ends_still_gives_the_values) {
  gate g;
  std::vector<int> got;
  const auto wait = [&](int i) -> task<int> {
    co_await g.wait();
    co_return i;
  };
  const auto owner =
      create_task([&]() -> task<> { got = co_await gather(iota(0, 3) | transform(wait)); });
  co_await yield();
  co_await yield();
  g.open();
  owner.cancel();
  co_await sleep(1s);
  EXPECT_EQ(got, (std::vector{0, 1, 2}));
}

EDDY_TEST(gather_range, cancelled_with_elements_left_is_cut_short_though_all_that_ran_gave_values) {
  gate g;
  bool went_on = false;
  const auto wait = [&](int i) -> task<int> {
    co_await g.wait();
    co_return i;
  };
  const auto owner = create_task([&]() -> task<> {
    co_await gather({.limit = 2}, iota(0, 3) | transform(wait));
    went_on = true;
  });
  co_await yield();
  co_await yield();
  g.open();
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_FALSE(went_on);
}

EDDY_TEST(gather_range, entered_with_a_cancel_pending_makes_nothing) {
  gate g;
  int made = 0;
  const auto owner = create_task([&]() -> task<> {
    co_await g.wait();
    co_await gather(iota(0, 3) | transform([&](int i) {
                      ++made;
                      return after(1s, i);
                    }));
  });
  co_await yield();
  g.open();
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_EQ(made, 0);
}

EDDY_TEST(gather_range, cancelled_by_the_code_that_makes_its_works_stops_there) {
  std::optional<task_handle<>> self;
  int made = 0;
  const auto work = [&](int i) {
    if (++made == 2) self->cancel();
    return after(1h, i);
  };
  self = create_task([&]() -> task<> { co_await gather(iota(0, 9) | transform(work)); });
  EXPECT_THROW(co_await *self, task_cancelled);
  EXPECT_EQ(made, 2);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(gather_range, never_awaited_makes_nothing) {
  int made = 0;
  const auto work = [&](int i) {
    ++made;
    return after(1s, i);
  };
  {
    const auto unused = gather(iota(0, 3) | transform(work));
  }
  EXPECT_EQ(made, 0);
  co_return;
}

}  // namespace
}  // namespace eddy
