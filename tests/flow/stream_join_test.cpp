// SPDX-License-Identifier: MIT
#include <eddy/flow/stream/join.hpp>

#include "stream_support.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

EDDY_TEST(stream_join, flat_map_gives_each_nested_stream_to_its_end) {
  const auto up_to = [](int n) { return iota(0, n); };
  EXPECT_EQ(co_await (from({2, 0, 3}) | flat_map(up_to) | collect()), (ints{0, 1, 0, 1, 2}));
  EXPECT_EQ(co_await (empty<int>() | flat_map(up_to) | collect()), ints());
}

EDDY_TEST(stream_join, flat_map_waits_in_the_outer_and_in_the_nested_stream) {
  EXPECT_EQ(co_await (slowly(2) | flat_map(slowly) | collect()), (ints{1, 1, 2}));
  EXPECT_EQ(now(), 5s);
}

EDDY_TEST(stream_join, a_nested_stream_may_refer_to_the_item_it_was_made_of) {
  const auto make = [](int n) { return ints(static_cast<std::size_t>(n), n); };
  auto all = iota(1, 4) | transform(make) | flat_map([](ints&& v) { return from(v); });
  EXPECT_EQ(co_await (all | collect()), (ints{1, 2, 2, 3, 3, 3}));
}

EDDY_TEST(stream_join, zip_ends_with_its_shortest_stream) {
  std::vector<std::tuple<int, std::string>> pairs;
  EDDY_FOR (auto& both, zip(iota(1), from({std::string("a"), std::string("b")})))
    pairs.push_back(both);
  EXPECT_EQ(pairs, (decltype(pairs){{1, "a"}, {2, "b"}}));
}

EDDY_TEST(stream_join, zip_lends_what_its_streams_lend) {
  ints a{1, 2};
  const ints b{10, 20};
  EDDY_FOR (auto& both, zip(from(a), from(b))) std::get<0>(both) += std::get<1>(both);
  EXPECT_EQ(a, (ints{11, 22}));
}

EDDY_TEST(stream_join, zip_asks_no_stream_after_its_end) {
  int pulled = 0;
  auto source = asked(pulled);
  auto both = zip(source, iota(0, 2));
  EXPECT_EQ(co_await (both | count()), 2U);
  EXPECT_EQ(pulled, 3);
  EXPECT_FALSE(co_await both.next());
  EXPECT_EQ(pulled, 3);
}

EDDY_TEST(stream_join, chain_starts_a_stream_when_the_one_before_has_ended) {
  int pulled = 0;
  auto later = asked(pulled) | take(2);
  auto all = chain(iota(7, 9), later);
  EXPECT_EQ(co_await all.next(), 7);
  EXPECT_EQ(co_await all.next(), 8);
  EXPECT_EQ(pulled, 0);
  EXPECT_EQ(co_await (all | collect()), (ints{1, 2}));
  EXPECT_EQ(co_await all.next(), std::nullopt);
}

EDDY_TEST(stream_join, chain_gives_its_items_away_where_one_stream_lends_and_another_does_not) {
  auto mixed = chain(from({1, 2}), iota(3, 5));
  static_assert(std::is_same_v<stream_item_t<decltype(mixed)>, int>);
  EXPECT_EQ(co_await (mixed | collect()), (ints{1, 2, 3, 4}));
}

EDDY_TEST(stream_join, an_error_of_any_stream_is_the_consumers) {
  for (int which = 0; which < 3; ++which) {
    auto joined = [&]() -> task<std::size_t> {
      if (which == 0) co_return co_await (zip(iota(0), failing_after(2)) | count());
      if (which == 1) co_return co_await (chain(slowly(1), failing_after(2)) | count());
      co_return co_await (iota(1) | flat_map(failing_after) | count());
    };
    bool failed = false;
    try {
      co_await joined();
    } catch (const std::runtime_error&) {
      failed = true;
    }
    EXPECT_TRUE(failed) << which;
  }
}

}  // namespace
}  // namespace eddy
