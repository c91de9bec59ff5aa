// SPDX-License-Identifier: MIT
#include <eddy/core/race.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <variant>

#include <eddy/core/create_task.hpp>
#include <eddy/core/finally.hpp>
#include <eddy/testing/test.hpp>

#include "support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

task<std::string> after(duration span, std::string value) {
  const counted local;
  co_await sleep(span);
  co_return value;
}

EDDY_TEST(race, gives_the_value_of_the_first_to_end_and_its_place) {
  const auto winner = co_await race(after(2s, "slow"), after(1s, "fast"), sleep(3s));
  EXPECT_EQ(winner.index(), 1U);
  EXPECT_EQ(std::get<1>(winner), "fast");
  EXPECT_EQ(now(), 1s);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(race, of_two_that_end_together_gives_the_one_listed_first) {
  const auto winner = co_await race(after(1s, "a"), after(1s, "b"));
  EXPECT_EQ(std::get<0>(winner), "a");
}

EDDY_TEST(race, a_failure_may_win) {
  const auto fails = []() -> task<> {
    co_await sleep(1s);
    throw std::runtime_error("won");
  };
  EXPECT_THROW(co_await race(after(2s, "late"), fails()), std::runtime_error);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(race, joins_the_losers_clean_up_and_ignores_their_errors) {
  const auto loser = []() -> task<> {
    co_await finally([]() -> task<> { co_await sleep(1h); },
                     []() -> task<> {
                       co_await sleep(4s);
                       throw std::runtime_error("nobody hears");
                     });
  };
  const auto winner = co_await race(after(1s, "won"), loser());
  EXPECT_EQ(std::get<0>(winner), "won");
  EXPECT_EQ(now(), 5s);
}

EDDY_TEST(race, of_one_is_that_one) {
  EXPECT_EQ(std::get<0>(co_await race(after(1s, "only"))), "only");
}

EDDY_TEST(race, gives_values_that_can_only_be_moved) {
  const auto box = []() -> task<std::unique_ptr<int>> { co_return std::make_unique<int>(2); };
  const auto winner = co_await race(box(), sleep(1s));
  EXPECT_EQ(*std::get<0>(winner), 2);
}

EDDY_TEST(race, a_lost_handle_goes_on) {
  const auto handle = create_task(after, 2s, "background");
  co_await race(handle, sleep(1s));
  EXPECT_FALSE(handle.done());
  EXPECT_EQ(co_await handle, "background");
}

EDDY_TEST(race, a_cancel_reaches_all_and_goes_on_upwards) {
  bool went_on = false;
  const auto owner = create_task([&]() -> task<> {
    co_await race(after(1h, "a"), after(1h, "b"));
    went_on = true;
  });
  co_await sleep(1s);
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_FALSE(went_on);
  EXPECT_EQ(counted::alive, 0);
}

EDDY_TEST(race, cancelled_when_one_has_won_already_still_gives_the_winner) {
  std::string got;
  const auto loser = []() -> task<> {
    co_await finally([]() -> task<> { co_await sleep(1h); },
                     []() -> task<> { co_await sleep(5s); });
  };
  const auto owner =
      create_task([&]() -> task<> { got = std::get<0>(co_await race(after(1s, "won"), loser())); });
  co_await sleep(2s);
  owner.cancel();
  co_await sleep(10s);
  EXPECT_EQ(got, "won");
}

EDDY_TEST(race, entered_with_a_cancel_pending_starts_nothing) {
  gate g;
  const auto owner = create_task([&]() -> task<> {
    co_await g.wait();
    co_await race(after(1s, "a"), after(1s, "b"));
  });
  co_await yield();
  g.open();
  owner.cancel();
  EXPECT_THROW(co_await owner, task_cancelled);
  EXPECT_EQ(now(), 0s);
}

}  // namespace
}  // namespace eddy
