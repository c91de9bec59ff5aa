// SPDX-License-Identifier: MIT
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/loop.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/testing/test.hpp>

#include "in_child.hpp"

namespace eddy {
namespace {

/// In what order five tasks that were ready at once took their first steps.
task<std::string> order_of_five() {
  std::string order;
  for (const char name : {'a', 'b', 'c', 'd', 'e'}) {
    (void)create_task([&order, name]() -> task<> {
      order += name;
      co_return;
    });
  }
  co_await sleep(std::chrono::seconds(1));
  co_return order;
}

std::string order_under(std::optional<std::uint64_t> seed) {
  return run(order_of_five, {.backend = backend_kind::sim, .seed = seed});
}

TEST(seed, without_one_ready_tasks_run_in_turn) { EXPECT_EQ(order_under({}), "abcde"); }

TEST(seed, the_same_one_gives_the_same_order_and_others_give_others) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const std::string order = order_under(seed);
    EXPECT_EQ(order_under(seed), order);
    seen.insert(order);
  }
  EXPECT_GT(seen.size(), 80U) << "of 120";
}

TEST(seed, starves_no_task_though_others_are_always_ready) {
  const auto main = []() -> task<> {
    const auto spinner = create_task([]() -> task<> {
      for (;;) co_await yield();
    });
    for (int i = 0; i < 1'000; ++i) co_await yield();
    spinner.cancel();
  };
  EXPECT_EQ(run(main, {.backend = backend_kind::sim, .seed = 1}), 0);
}

int runs = 0;
std::vector<std::uint64_t> seeds_seen;

task<> counts_runs() {
  ++runs;
  seeds_seen.push_back(testing::seed());
  co_return;
}

task<> fails_when_the_last_is_first() {
  ++runs;
  const std::string order = co_await order_of_five();
  EXPECT_NE(order.front(), 'e') << "this is what nothing promises";
}

class shuffled : public ::testing::Test {
 protected:
  shuffled() {
    runs = 0;
    seeds_seen.clear();
    unsetenv("EDDY_SEED");
    unsetenv("EDDY_SEEDS");
  }
};

TEST_F(shuffled, runs_under_fifty_different_seeds) {
  testing::run_shuffled(counts_runs);
  EXPECT_EQ(runs, 50);
  EXPECT_EQ(std::set(seeds_seen.begin(), seeds_seen.end()).size(), 50U);
  EXPECT_EQ(testing::seed(), 0U);
}

TEST_F(shuffled, runs_under_one_seed_or_as_many_as_the_environment_says) {
  setenv("EDDY_SEEDS", "120", 1);
  testing::run_shuffled(counts_runs);
  EXPECT_EQ(runs, 120);
  setenv("EDDY_SEED", "17", 1);
  seeds_seen.clear();
  testing::run_shuffled(counts_runs);
  EXPECT_EQ(seeds_seen, std::vector<std::uint64_t>{17});
}

TEST_F(shuffled, refuses_a_seed_that_is_no_number) {
  setenv("EDDY_SEED", "1x", 1);
  EXPECT_THROW(testing::run_shuffled(counts_runs), std::invalid_argument);
}

TEST_F(shuffled, a_failure_names_its_seed_and_is_the_last_run) {
  const auto test = [] {
    testing::run_shuffled(fails_when_the_last_is_first);
    std::fprintf(stderr, "stopped after seed %d\n", runs);
  };
  EXPECT_TEST_FAILS(test, "stopped after seed 14\n(.*\n)*.*seed 14: rerun with EDDY_SEED=14");
}

task<> aborts() {
  if (testing::seed() == 3) std::abort();
  co_return;
}

TEST_F(shuffled, an_abort_names_its_seed_too) {
  EXPECT_DEATH(testing::run_shuffled(aborts), "seed 3: rerun with EDDY_SEED=3");
}

EDDY_SHUFFLED_TEST(shuffled_test, is_under_the_virtual_clock_and_knows_its_seed) {
  EXPECT_NE(testing::seed(), 0U);
  co_await sleep(std::chrono::hours(1));
}

}  // namespace
}  // namespace eddy
