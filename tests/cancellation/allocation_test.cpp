// SPDX-License-Identifier: MIT
// Cancelling when memory has run out.
#include <array>
#include <chrono>
#include <cstdlib>
#include <new>
#include <utility>

#include <gtest/gtest.h>

#include <eddy/core/create_task.hpp>
#include <eddy/core/finally.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/testing/test.hpp>

namespace {
bool next_allocation_fails = false;
}

void* operator new(std::size_t size) {
  void* block = std::exchange(next_allocation_fails, false) ? nullptr : std::malloc(size);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }

namespace eddy::cancellation {
namespace {

using namespace std::chrono_literals;

/// With four timers armed, the loop's list of them must grow for the next.
class four_sleepers {
 public:
  ~four_sleepers() {
    for (const auto& handle : handles_) handle.cancel();
  }

 private:
  static task<> doze() { co_await sleep(1h); }
  std::array<task_handle<>, 4> handles_{create_task(doze), create_task(doze), create_task(doze),
                                        create_task(doze)};
};

EDDY_TEST(out_of_memory, no_room_for_the_grace_timer_counts_as_clean_up_that_threw) {
  event never;
  const four_sleepers timers;
  bool caught = false;
  bool cleaned = false;
  auto handle = create_task([&]() -> task<> {
    try {
      co_await finally([&]() -> task<> { co_await never.wait(); },
                       [&]() -> task<> {
                         cleaned = true;
                         co_return;
                       });
    } catch (const std::bad_alloc&) {
      caught = true;
    }
    co_await yield();
    ADD_FAILURE() << "the cancel did not stay pending";
  });
  co_await yield();
  handle.cancel();
  next_allocation_fails = true;
  EXPECT_TRUE((co_await outcome(handle)).is_cancelled());
  EXPECT_TRUE(caught);
  EXPECT_FALSE(cleaned);
}

EDDY_TEST(out_of_memory, no_room_for_the_grace_timer_leaves_older_deferred_clean_up_its_turn) {
  event never;
  const four_sleepers timers;
  int cleaned = 0;
  auto handle = create_task([&]() -> task<> {
    co_await defer([&]() -> task<> {
      ++cleaned;
      co_return;
    });
    co_await defer([&]() -> task<> {
      ADD_FAILURE() << "ran without its timer";
      co_return;
    });
    struct runs_out {
      ~runs_out() { next_allocation_fails = true; }
    };
    runs_out guard;
    co_await never.wait();
  });
  co_await yield();
  handle.cancel();
  EXPECT_TRUE((co_await outcome(handle)).has_error());
  EXPECT_EQ(cleaned, 1);
}

EDDY_TEST(out_of_memory, a_cancel_with_no_room_for_its_reason_is_a_cancel_all_the_same) {
  auto handle = create_task([]() -> task<> { co_await sleep(1h); });
  co_await yield();
  next_allocation_fails = true;
  EXPECT_TRUE(handle.cancel());
  EXPECT_FALSE(next_allocation_fails);
  EXPECT_TRUE((co_await outcome(handle)).is_cancelled());
}

EDDY_TEST(out_of_memory, a_group_with_no_room_for_its_second_error_still_tells_of_the_first) {
  const auto fails = []() -> task<> {
    co_await sleep(1s);
    throw 1;
  };
  const auto fails_when_cancelled = []() -> task<> {
    co_await finally([]() -> task<> { co_await sleep(1h); },
                     []() -> task<> {
                       co_await yield();
                       next_allocation_fails = true;
                       throw 2;
                     });
  };
  int error = 0;
  try {
    co_await with_task_group([&](task_group& group) -> task<> {
      (void)group.create_task(fails);
      (void)group.create_task(fails_when_cancelled);
      co_return;
    });
  } catch (const int number) {
    error = number;
  }
  EXPECT_EQ(error, 1);
  EXPECT_FALSE(next_allocation_fails);
}

}  // namespace
}  // namespace eddy::cancellation
