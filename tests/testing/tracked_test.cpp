// SPDX-License-Identifier: MIT
#include <eddy/testing/tracked.hpp>

#include <memory>
#include <optional>
#include <utility>

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

namespace eddy::testing {
namespace {

TEST(tracked, counts_constructions_copies_moves_and_destructions) {
  tracked::reset();
  {
    tracked first(7);
    const tracked copy = first;
    tracked moved = std::move(first);
    first = copy;
    moved = std::move(first);
    EXPECT_EQ(tracked::alive, 3);
    EXPECT_EQ(moved.value(), 7);
    EXPECT_EQ(moved, copy);
  }
  EXPECT_EQ(tracked::constructed, 1);
  EXPECT_EQ(tracked::copied, 2);
  EXPECT_EQ(tracked::moved, 2);
  EXPECT_EQ(tracked::destroyed, 3);
  EXPECT_EQ(tracked::alive, 0);
}

TEST(tracked, used_after_it_was_moved_from_fails_the_test_until_it_is_assigned_to) {
  tracked first(1);
  tracked second = std::move(first);
  EXPECT_NONFATAL_FAILURE((void)first.value(), "after it was moved from");
  first = second;
  EXPECT_EQ(first.value(), 1);
}

/// Memory where a tracked value may be made and destroyed by hand.
struct place {
  alignas(tracked) unsigned char bytes[sizeof(tracked)] = {};
  tracked* at() { return reinterpret_cast<tracked*>(bytes); }
};

TEST(tracked, used_or_destroyed_when_not_alive_fails_the_test) {
  static place memory;
  std::construct_at(memory.at(), 1);
  std::destroy_at(memory.at());
  EXPECT_NONFATAL_FAILURE((void)memory.at()->value(), "used that is not alive");
  EXPECT_NONFATAL_FAILURE(std::destroy_at(memory.at()), "destroyed that is not alive");
  EXPECT_EQ(tracked::alive, 0);
}

TEST(tracked, constructed_over_a_living_one_fails_the_test) {
  static place memory;
  std::construct_at(memory.at(), 1);
  EXPECT_NONFATAL_FAILURE(std::construct_at(memory.at(), 2), "over one that is alive");
  std::destroy_at(memory.at());
  --tracked::alive;  // the one that was overwritten
}

}  // namespace
}  // namespace eddy::testing
