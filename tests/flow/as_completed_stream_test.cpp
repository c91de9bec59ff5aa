// SPDX-License-Identifier: MIT
#include <eddy/core/as_completed.hpp>

#include <ranges>
#include <vector>

#include <eddy/core/sleep.hpp>
#include <eddy/flow/stream.hpp>
#include <eddy/testing/test.hpp>

namespace eddy {
namespace {

using namespace std::chrono_literals;

task<int> reversed(int i) {
  co_await sleep(std::chrono::seconds(10 - i));
  co_return i;
}

auto four() { return as_completed(std::views::iota(0, 4) | std::views::transform(reversed)); }

static_assert(async_iterable<completions<int, int>>);
static_assert(async_iterable<completions<int, int&>>);
static_assert(async_iterable<completions<void, void>>);

EDDY_TEST(as_completed, is_a_stream_for_loops_and_pipes) {
  std::vector<int> order;
  EDDY_FOR (const int i, four()) order.push_back(i);
  EXPECT_EQ(order, (std::vector{3, 2, 1, 0}));
  const auto even = [](int i) { return i % 2 == 0; };
  EXPECT_EQ(co_await (four() | filter(even) | to<std::vector>()), (std::vector{2, 0}));
}

EDDY_TEST(as_completed, of_handles_lends_its_items_to_loops) {
  std::vector handles{create_task(reversed, 1), create_task(reversed, 2)};
  EDDY_FOR (int& i, as_completed(handles)) i *= 10;
  EXPECT_EQ(handles[0].result(), 10);
  EXPECT_EQ(handles[1].result(), 20);
}

}  // namespace
}  // namespace eddy
