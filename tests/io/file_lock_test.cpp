// SPDX-License-Identifier: MIT
#include <eddy/io/file_lock.hpp>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <eddy/core/cancel.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/io/file.hpp>
#include <eddy/testing/settle.hpp>
#include <eddy/testing/test.hpp>

#include "scratch.hpp"

namespace eddy {
namespace {

using namespace std::chrono_literals;
using testing::scratch;

struct two_files {
  file first;
  file second;
};
task<two_files> open_twice(const scratch& in) {
  const std::string path = in.with("a", "");
  co_return two_files{co_await file::open(path, {.write = true}),
                      co_await file::open(path, {.write = true})};
}

EDDY_TEST(file_lock, keeps_others_out_until_it_goes) {
  const scratch in;
  auto [first, second] = co_await open_twice(in);
  std::optional<file_lock> held = co_await first.lock();
  EXPECT_FALSE(second.try_lock());
  EXPECT_FALSE(second.try_lock_shared());
  auto waiting = create_task([&]() -> task<> { (void)co_await second.lock(); });
  co_await sleep(1s);
  EXPECT_FALSE(waiting.done());
  held.reset();
  co_await waiting;
  EXPECT_TRUE(first.try_lock());
}

EDDY_TEST(file_lock, shared_ones_go_together) {
  const scratch in;
  auto [first, second] = co_await open_twice(in);
  const file_lock held = co_await first.lock_shared();
  EXPECT_TRUE(second.try_lock_shared());
  EXPECT_FALSE(second.try_lock());
}

EDDY_TEST(file_lock, a_cancelled_wait_holds_nothing) {
  const scratch in;
  auto [first, second] = co_await open_twice(in);
  file_lock held = co_await first.lock();
  EXPECT_THROW(co_await wait_for(second.lock(), 1s), timeout_error);
  held.unlock();
  EXPECT_FALSE(held.owns_lock());
  EXPECT_TRUE(first.try_lock());
  second.close();
}

EDDY_TEST(file_lock, a_locked_file_is_not_closed_under_the_lock) {
  const scratch in;
  auto [first, second] = co_await open_twice(in);
  {
    file_lock held = co_await first.lock();
    EXPECT_THROW(first.close(), std::logic_error);
    file_lock moved = std::move(held);
    EXPECT_FALSE(second.try_lock());
  }
  first.close();
  EXPECT_TRUE(second.try_lock());
}

EDDY_TEST(file_lock, a_file_open_for_reading_alone_cannot_be_locked_against_readers) {
  const scratch in;
  file f = co_await file::open(in.with("a", ""));
  EXPECT_TRUE(f.try_lock_shared());
  try {
    (void)co_await f.lock();
    ADD_FAILURE() << "no exception";
  } catch (const io_error& e) {
    EXPECT_EQ(e.what(), "lock " + in / "a" + ", not opened for that: Bad file descriptor");
  }
}

}  // namespace
}  // namespace eddy
