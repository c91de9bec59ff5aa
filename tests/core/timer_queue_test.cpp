// SPDX-License-Identifier: MIT
#include <eddy/core/detail/timer_queue.hpp>

#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace eddy::detail {
namespace {

struct inert_timer final : timer {
  void fire() noexcept override {}
};

time_point at(int t) { return time_point(duration(t)); }

TEST(timer_queue, gives_timers_by_deadline_and_equal_ones_in_the_order_of_arming) {
  timer_queue queue;
  inert_timer late;
  inert_timer first;
  inert_timer second;
  queue.insert(late, at(9));
  queue.insert(first, at(5));
  queue.insert(second, at(5));
  EXPECT_EQ(queue.next_deadline(), at(5));
  EXPECT_EQ(&queue.pop(), &first);
  EXPECT_EQ(&queue.pop(), &second);
  EXPECT_EQ(&queue.pop(), &late);
  EXPECT_TRUE(queue.empty());
}

TEST(timer_queue, erasing_a_timer_that_is_not_armed_does_nothing) {
  timer_queue queue;
  inert_timer t;
  queue.erase(t);
  queue.insert(t, at(1));
  EXPECT_TRUE(t.armed());
  queue.erase(t);
  queue.erase(t);
  EXPECT_FALSE(t.armed());
  EXPECT_TRUE(queue.empty());
}

class timer_queue_model : public ::testing::TestWithParam<unsigned> {};

TEST_P(timer_queue_model, agrees_with_a_sorted_map) {
  std::mt19937 random(GetParam());
  const auto pick = [&](std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
  };
  timer_queue queue;
  // A multimap keeps equal keys in the order they came, which is just what we promise.
  std::multimap<time_point, inert_timer*> model;
  std::vector<std::unique_ptr<inert_timer>> timers;
  for (int i = 0; i < 200; ++i) timers.push_back(std::make_unique<inert_timer>());

  for (int step = 0; step < 20'000; ++step) {
    inert_timer& t = *timers[pick(timers.size())];
    if (pick(4) == 0 && !model.empty()) {
      ASSERT_EQ(queue.next_deadline(), model.begin()->first);
      ASSERT_EQ(&queue.pop(), model.begin()->second);
      model.erase(model.begin());
    } else if (t.armed()) {
      queue.erase(t);
      std::erase_if(model, [&](const auto& entry) { return entry.second == &t; });
    } else {
      const time_point deadline = at(static_cast<int>(pick(50)));
      queue.insert(t, deadline);
      model.emplace(deadline, &t);
    }
    ASSERT_EQ(queue.size(), model.size());
  }
  while (!model.empty()) {
    ASSERT_EQ(&queue.pop(), model.begin()->second);
    model.erase(model.begin());
  }
  EXPECT_TRUE(queue.empty());
}

TEST_P(timer_queue_model, agrees_on_every_scale_of_time) {
  std::mt19937_64 random(GetParam());
  const auto pick = [&](std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
  };
  timer_queue queue;
  std::multimap<time_point, inert_timer*> model;
  std::vector<std::unique_ptr<inert_timer>> timers;
  for (int i = 0; i < 300; ++i) timers.push_back(std::make_unique<inert_timer>());
  time_point now{};
  for (int step = 0; step < 20'000; ++step) {
    inert_timer& t = *timers[pick(timers.size())];
    if (pick(3) == 0 && !model.empty() && model.begin()->first != time_point::max()) {
      ASSERT_EQ(queue.next_deadline(), model.begin()->first);
      now = std::max(now, model.begin()->first);
      ASSERT_EQ(&queue.pop(), model.begin()->second);
      model.erase(model.begin());
    } else if (t.armed()) {
      queue.erase(t);
      std::erase_if(model, [&](const auto& entry) { return entry.second == &t; });
    } else {
      const auto scale = pick(60);
      auto span = std::min<std::int64_t>(static_cast<std::int64_t>(pick(4)) << scale,
                                         (time_point::max() - now).count());
      time_point deadline = now + duration(span);
      if (pick(10) == 0 && !model.empty())
        deadline = std::next(model.begin(), pick(model.size()))->first;
      queue.insert(t, deadline);
      model.emplace(deadline, &t);
    }
    ASSERT_EQ(queue.size(), model.size());
    ASSERT_EQ(queue.any_finite(), !model.empty() && model.begin()->first != time_point::max());
  }
}

INSTANTIATE_TEST_SUITE_P(seeds, timer_queue_model, ::testing::Range(0U, 10U));

}  // namespace
}  // namespace eddy::detail
