// SPDX-License-Identifier: MIT
#include <eddy/io/watch.hpp>

#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <eddy/core/cancel.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/stream.hpp>
#include <eddy/testing/test.hpp>

#include "scratch.hpp"
#include "socket_support.hpp"

namespace eddy {
namespace {

using testing::scratch;

static_assert(async_iterable<watcher&>);

EDDY_IO_TEST(watch, tells_what_happens_to_names) {
  const scratch in;
  watcher changes = co_await watch(in / "");
  (void)in.with("a", "x");
  std::filesystem::rename(in / "a", in / "b");
  std::filesystem::create_directory(in / "folder");
  std::filesystem::remove(in / "b");
  const std::vector<std::pair<change, std::string>> expected = {
      {change::created, "a"},   {change::modified, "a"}, {change::written, "a"},
      {change::moved_out, "a"}, {change::moved_in, "b"}, {change::created, "folder"},
      {change::removed, "b"},
  };
  for (const auto& [what, name] : expected) {
    const auto found = co_await changes.next();
    EXPECT_TRUE(found && found->what == what) << static_cast<int>(found->what) << found->name;
    EXPECT_EQ(found->name, name);
    EXPECT_EQ(found->is_directory, name == "folder");
  }
}

EDDY_IO_TEST(watch, of_what_is_removed_ends) {
  const scratch in;
  watcher changes = co_await watch(in.with("a", ""));
  std::filesystem::remove(in / "a");
  std::vector<change> seen;
  EDDY_FOR (const change_event& e, changes) {
    EXPECT_EQ(e.name, "");
    seen.push_back(e.what);
  }
  EXPECT_EQ(seen.back(), change::removed);
  EXPECT_FALSE(co_await changes.next());
}

EDDY_IO_TEST(watch, a_waiting_next_is_cancelled_and_the_change_stays) {
  const scratch in;
  watcher changes = co_await watch(in / "");
  for (int round = 0; round < 3; ++round) {
    auto waiting = create_task([&] { return changes.next(); });
    co_await until_waiting("a change of a file");
    EXPECT_THROW((void)co_await changes.next(), std::logic_error);
    waiting.cancel();
    EXPECT_THROW((void)co_await waiting, task_cancelled);
  }
  auto waiting = create_task([&] { return changes.next(); });
  co_await until_waiting("a change of a file");
  std::filesystem::create_directory(in / "folder");
  const auto found = co_await waiting;
  EXPECT_EQ(found->name, "folder");
}

EDDY_IO_TEST(watch, what_is_too_much_to_remember_is_an_event) {
  const scratch in;
  const std::array files{in.with("a", ""), in.with("b", "")};
  watcher changes = co_await watch(in / "");
  std::ifstream limit_of_the_system("/proc/sys/fs/inotify/max_queued_events");
  unsigned most = 0;
  limit_of_the_system >> most;
  // Of both in turn, for events that are alike are told once.
  for (unsigned i = 0; i <= most; ++i) ::chmod(files.at(i % 2).c_str(), 0600);
  bool overflowed = false;
  while (!overflowed) overflowed = (co_await changes.next())->what == change::overflow;
}

EDDY_IO_TEST(watch, of_nothing_is_refused) {
  const scratch in;
  try {
    co_await watch(in / "nothing");
    ADD_FAILURE() << "no exception";
  } catch (const io_error& e) {
    EXPECT_EQ(e.what(), "watch " + in / "nothing" + ": No such file or directory");
  }
}

}  // namespace
}  // namespace eddy
