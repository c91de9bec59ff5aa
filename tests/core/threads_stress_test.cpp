// SPDX-License-Identifier: MIT
// Races that no single schedule shows: bounded by count, for ThreadSanitizer as much as for the
// assertions.
#include <array>
#include <atomic>
#include <cstdint>
#include <future>
#include <latch>
#include <memory>
#include <optional>
#include <random>
#include <ranges>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <eddy/core/compute_pool.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/post_to.hpp>
#include <eddy/core/run_on_each.hpp>
#include <eddy/core/thread_pool.hpp>

#include "other_loop.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

constexpr run_options quiet{.handle_signals = false};

/// Lets a moment pass that no scheduler can stretch, as giving up the core would.
void spin(int turns) {
  for (std::atomic<int> i = 0; i < turns; ++i) {
  }
}

/// How many of some calls ended in which way.
struct ends {
  std::atomic<int> value = 0;
  std::atomic<int> cancelled = 0;
  std::atomic<int> refused = 0;

  void count(std::future<void>& one) {
    try {
      one.get();
      ++value;
    } catch (const task_cancelled&) {
      ++cancelled;
    } catch (const loop_ended&) {
      ++refused;
    }
  }
  [[nodiscard]] int all() const { return value + cancelled + refused; }
};

TEST(threads_stress, every_call_posted_to_a_loop_that_ends_has_one_end) {
  constexpr int rounds = 30;
  constexpr int posters = 3;
  constexpr int calls = 20;
  ends seen;
  std::atomic<int> ran = 0;
  for (int round = 0; round < rounds; ++round) {
    std::optional<other_loop> other(std::in_place);
    std::latch together(posters + 1);
    std::vector<std::thread> threads;
    for (int p = 0; p < posters; ++p) {
      threads.emplace_back([&, ref = other->ref()] {
        together.arrive_and_wait();
        std::vector<std::future<void>> results;
        for (int i = 0; i < calls; ++i) {
          results.push_back(post_to(ref, [&, i]() -> task<> {
            if (i % 2 == 0) co_await yield();
            ++ran;
          }));
        }
        for (auto& result : results) seen.count(result);
      });
    }
    together.arrive_and_wait();
    spin(100 * round);
    other.reset();
    for (auto& t : threads) t.join();
  }
  EXPECT_EQ(seen.all(), rounds * posters * calls);
  EXPECT_EQ(ran.load(), seen.value.load());
}

/// Starts `work` and cancels it a few turns later, many times over; returns how often it gave its
/// value.
template <class F>
int race_with_cancel(int rounds, F work) {
  int delivered = 0;
  run(
      [&]() -> task<> {
        std::minstd_rand chance(1);
        for (int i = 0; i < rounds; ++i) {
          const auto call = create_task([&]() -> task<> {
            co_await work();
            ++delivered;
          });
          co_await yield();  // it has begun
          spin(static_cast<int>(chance() % 5000));
          call.cancel();
          try {
            co_await call;
          } catch (const task_cancelled&) {
          }
        }
      },
      quiet);
  return delivered;
}

TEST(threads_stress, a_call_on_another_loop_survives_a_cancel_at_any_moment) {
  other_loop other;
  std::atomic<int> begun = 0;
  std::atomic<int> ended = 0;
  struct counts_end {
    std::atomic<int>& ends;
    ~counts_end() { ++ends; }
  };
  int finished = 0;  // on the other loop
  const int delivered = race_with_cancel(300, [&] {
    return call_on(other.ref(), [&]() -> task<std::unique_ptr<int>> {
      ++begun;
      const counts_end last(ended);
      co_await yield();
      ++finished;
      co_return std::make_unique<int>(1);
    });
  });
  EXPECT_EQ(begun.load(), ended.load());
  EXPECT_EQ(post_to(other.ref(), [&] { return finished; }).get(), delivered);
}

TEST(threads_stress, a_pools_call_survives_a_cancel_at_any_moment) {
  thread_pool pool({.threads = 2});
  std::atomic<int> finished = 0;
  const int delivered =
      race_with_cancel(300, [&] { return pool.run([&](std::stop_token) { ++finished; }); });
  EXPECT_EQ(finished.load(), delivered);
}

TEST(threads_stress, a_pools_map_survives_a_cancel_at_any_moment) {
  compute_pool pool({.threads = 3});
  std::atomic<int> items = 0;
  const int delivered = race_with_cancel(100, [&] {
    return pool.map(std::views::iota(0, 50), [&](int x) {
      ++items;
      return std::make_unique<int>(x);
    });
  });
  EXPECT_GE(items.load(), 50 * delivered);
}

TEST(threads_stress, the_last_address_may_go_while_the_loop_ends) {
  for (int round = 0; round < 50; ++round) {
    std::optional<loop_ref> held;
    std::latch together(2);
    std::thread other([&] {
      run(
          [&]() -> task<> {
            held = this_loop();
            together.arrive_and_wait();
            co_return;
          },
          quiet);
    });
    together.arrive_and_wait();
    held.reset();
    other.join();
  }
}

TEST(threads_stress, loops_that_call_each_other_all_end_whichever_fails) {
  for (int round = 0; round < 10; ++round) {
    std::array<std::optional<loop_ref>, 3> refs;
    std::latch known(3);
    const auto main = [&](int index) -> task<> {
      refs[static_cast<std::size_t>(index)] = this_loop();
      known.arrive_and_wait();
      for (int i = 0; i < 10; ++i) {
        if (index == round % 3 && i == 5) throw std::domain_error("one of them");
        for (const auto& ref : refs) {
          co_await call_on(*ref, []() -> task<> { co_await yield(); });
        }
      }
    };
    // The others are cancelled, or meet a loop that is ending before they hear of it.
    EXPECT_ANY_THROW(run_on_each({.loops = 3, .run = quiet}, main));
  }
}

}  // namespace
}  // namespace eddy
