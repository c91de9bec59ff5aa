// SPDX-License-Identifier: MIT
// Tests of a small class, with what eddy::testing has for them.
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/mutex.hpp>
#include <eddy/testing/clock.hpp>
#include <eddy/testing/frame_count.hpp>
#include <eddy/testing/settle.hpp>
#include <eddy/testing/test.hpp>
#include <eddy/testing/tracked.hpp>

using namespace std::chrono_literals;
using eddy::testing::tracked;

/// A value that takes a second to load, and is loaded once however many ask for it.
class lazy_value {
 public:
  eddy::task<int> get() {
    const auto guard = co_await mutex_.lock();
    if (!value_) {
      ++loads_;
      co_await eddy::sleep(1s);
      value_.emplace(42);
    }
    co_return value_->value();
  }
  [[nodiscard]] int loads() const { return loads_; }

 private:
  eddy::mutex mutex_;
  std::optional<tracked> value_;
  int loads_ = 0;
};

// snippet: virtual
EDDY_TEST(lazy_value, two_that_ask_at_once_wait_for_one_load) {
  lazy_value lazy;
  co_await eddy::gather(lazy.get(), lazy.get());
  EXPECT_EQ(lazy.loads(), 1);
  EXPECT_EQ(eddy::testing::now(), 1s);  // of virtual time
}
// end snippet

// snippet: shuffled
EDDY_SHUFFLED_TEST(lazy_value, is_loaded_again_when_the_first_who_asked_is_cancelled) {
  std::mt19937_64 random(eddy::testing::seed());
  lazy_value lazy;
  std::vector<eddy::task_handle<int>> asking;
  for (int i = 0; i < 5; ++i) {
    asking.push_back(eddy::create_task([&] { return lazy.get(); }));
  }
  co_await eddy::sleep(500ms);
  asking[random() % asking.size()].cancel();
  co_await eddy::sleep(2s);
  EXPECT_LE(lazy.loads(), 2);
  EXPECT_EQ(co_await lazy.get(), 42);
}
// end snippet

// snippet: settle
EDDY_TEST(lazy_value, the_second_who_asks_gets_in_line) {
  lazy_value lazy;
  const auto first = eddy::create_task([&] { return lazy.get(); });
  const auto second = eddy::create_task([&] { return lazy.get(); });
  co_await eddy::testing::settle();  // both are as far as they get before time moves
  first.cancel();
  EXPECT_EQ(co_await second, 42);
}
// end snippet

// snippet: counts
EDDY_TEST(lazy_value, once_loaded_costs_one_frame_and_no_copy) {
  lazy_value lazy;
  co_await lazy.get();
  tracked::reset();
  const eddy::testing::frame_count cost;
  co_await lazy.get();
  EXPECT_EQ(cost.allocated(), 1);
  EXPECT_EQ(tracked::copied, 0);
}
// end snippet

eddy::task<> asks_twice() {
  lazy_value lazy;
  EXPECT_EQ(co_await lazy.get() + co_await lazy.get(), 84);
}

// snippet: fixture
class lazy_fixture : public ::testing::Test {};
TEST_F(lazy_fixture, works_under_the_virtual_clock) { eddy::testing::run_virtual(asks_twice); }
TEST_F(lazy_fixture, works_in_any_order) { eddy::testing::run_shuffled(asks_twice); }
// end snippet

eddy::task<> sleeps_a_little() { co_await eddy::sleep(1ms); }

// snippet: real
EDDY_IO_TEST(clock, a_short_sleep_ends_on_the_real_clock) { co_await eddy::sleep(1ms); }

class on_the_real_clock : public eddy::testing::io_test {};
TEST_P(on_the_real_clock, with_a_fixture) { eddy::testing::run_real(sleeps_a_little, GetParam()); }
INSTANTIATE_TEST_SUITE_P(all, on_the_real_clock, ::testing::Values(eddy::backend_kind::epoll),
                         eddy::testing::backend_label);
// end snippet

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
  if (argc == 1) delete listeners.Release(listeners.default_result_printer());
  const int status = RUN_ALL_TESTS();
  std::puts(status == 0 ? "all tests passed" : "a test failed: run me with --verbose");
  return status;
}
