// SPDX-License-Identifier: MIT
// What pipelines cost in memory.
#include <eddy/core/detail/frame_pool.hpp>

#include "stream_support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

/// Frames taken from the pool since.
class frames {
 public:
  [[nodiscard]] long count() const { return detail::allocated_frames() - before_; }

 private:
  long before_ = detail::allocated_frames();
};

EDDY_TEST(stream_cost, a_loop_over_plain_adaptors_takes_no_frame) {
  const frames since;
  const auto stage = [](int x) { return iota(0, x); };
  auto stream = zip(chain(iota(0, 50), from({1, 2})), repeat(1)) |
                transform([](auto pair) { return std::get<0>(pair); }) | drop(1) |
                filter([](int x) { return x % 2 == 0; }) |
                take_while([](int x) { return x < 90; }) | drop_while([](int) { return false; }) |
                inspect([](int) {}) | flat_map(stage) | scan(0, std::plus<>()) | distinct() |
                take(1000) | enumerate() | chunk(7);
  int chunks = 0;
  EDDY_FOR (auto& items, stream) chunks += static_cast<int>(!items.empty());
  EXPECT_GT(chunks, 10);
  EXPECT_EQ(since.count(), 0);
}

EDDY_TEST(stream_cost, waiting_in_a_pipeline_takes_no_frame_either) {
  const frames since;
  int ticks = 0;
  EDDY_FOR (auto& tick, interval(1s) | filter([](auto n) { return n % 2 == 0; }) | take(10)) {
    ticks += static_cast<int>(tick);
  }
  EXPECT_EQ(ticks, 110);
  EXPECT_EQ(since.count(), 0);
}

EDDY_TEST(stream_cost, a_sink_is_a_frame_and_a_task_for_each_item_is_one_each) {
  const frames since;
  co_await (iota(0, 100) | filter([](int x) { return x % 2 == 0; }) | for_each([](int) {}));
  EXPECT_EQ(since.count(), 1);
  co_await (iota(0, 100) | transform([](int x) -> task<int> { co_return x; }) |
            for_each([](int) {}));
  EXPECT_EQ(since.count(), 1 + 1 + 100);
}

EDDY_TEST(stream_cost, memory_does_not_grow_with_the_number_of_items) {
  struct item {
    explicit item(int n) : number(n) {}
    counted alive;
    int number;
  };
  long taken[2];
  int most = 0;
  for (int run = 0; run < 2; ++run) {
    const frames since;
    co_await (iota(0, run == 0 ? 10 : 100'000) | transform([](int x) { return item(x); }) |
              filter([](const item& x) { return x.number % 2 == 0; }) |
              transform([](item x) { return x; }) |
              for_each([&](const item&) { most = std::max(most, counted::alive); }));
    taken[run] = since.count();
  }
  EXPECT_EQ(taken[0], taken[1]);
  EXPECT_LE(most, 5);
  EXPECT_EQ(counted::alive, 0);
}

}  // namespace
}  // namespace eddy
