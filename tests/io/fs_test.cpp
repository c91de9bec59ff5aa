// SPDX-License-Identifier: MIT
#include <eddy/io/fs.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include <eddy/core/cancel.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/with.hpp>
#include <eddy/io/file.hpp>
#include <eddy/io/temporary.hpp>
#include <eddy/testing/test.hpp>

#include "scratch.hpp"
#include "slow_disk.hpp"

namespace eddy {
namespace {

using testing::scratch;
using testing::slow_disk;

EDDY_TEST(fs, status_tells_what_is_there) {
  const scratch in;
  const std::string path = in.with("a", "12345");
  std::filesystem::create_symlink(path, in / "link");
  const file_status found = co_await fs::status(in / "link");
  EXPECT_TRUE(found.is_regular());
  EXPECT_EQ(found.size, 5U);
  EXPECT_EQ(found.links, 1U);
  EXPECT_EQ(found.user, ::getuid());
  EXPECT_LT(std::chrono::system_clock::now() - found.modified, std::chrono::hours(1));
  EXPECT_TRUE((co_await fs::link_status(in / "link")).is_symlink());
  EXPECT_TRUE((co_await fs::status(in / "")).is_directory());
  EXPECT_EQ((co_await fs::status("/dev/null")).type, file_type::character_device);
}

EDDY_TEST(fs, a_link_to_nothing_does_not_exist) {
  const scratch in;
  std::filesystem::create_symlink(in / "nothing", in / "link");
  EXPECT_FALSE(co_await fs::exists(in / "link"));
  EXPECT_FALSE(co_await fs::exists(in.with("file", "") + "/below"));
  EXPECT_TRUE(co_await fs::exists(in / "file"));
  EXPECT_THROW(co_await fs::status(in / "link"), io_error);
  EXPECT_THROW(co_await fs::exists(std::string("a\0b", 3)), io_error);
}

EDDY_TEST(fs, directories_are_made_with_those_on_the_way) {
  const scratch in;
  co_await fs::make_directory(in / "one");
  EXPECT_THROW(co_await fs::make_directory(in / "one"), io_error);
  EXPECT_THROW(co_await fs::make_directory(in / "no/where"), io_error);
  co_await fs::make_directories(in / "a/b//c/");
  co_await fs::make_directories(in / "a/b/c");
  EXPECT_TRUE((co_await fs::status(in / "a/b/c")).is_directory());
  (void)in.with("file", "");
  EXPECT_THROW(co_await fs::make_directories(in / "file"), io_error);
  EXPECT_THROW(co_await fs::make_directories(in / "file/below"), io_error);
}

EDDY_TEST(fs, remove_takes_files_links_and_empty_directories) {
  const scratch in;
  const std::string kept = in.with("kept", "");
  std::filesystem::create_symlink(kept, in / "link");
  co_await fs::make_directories(in / "full/inner");
  co_await fs::remove(in / "link");
  co_await fs::remove(in / "full/inner");
  (void)in.with("full/file", "");
  try {
    co_await fs::remove(in / "full");
    ADD_FAILURE() << "no exception";
  } catch (const io_error& e) {
    EXPECT_EQ(e.what(), "remove " + in / "full" + ": Directory not empty");
  }
  EXPECT_THROW(co_await fs::remove(in / "nothing"), io_error);
  EXPECT_TRUE(co_await fs::exists(kept));
}

EDDY_TEST(fs, remove_all_stops_at_links) {
  const scratch in;
  co_await fs::make_directories(in / "outside");
  const std::string outside = in.with("outside/kept", "");
  co_await fs::make_directories(in / "tree/a/b");
  (void)in.with("tree/a/file", "");
  std::filesystem::create_directory_symlink(in / "outside", in / "tree/link");
  EXPECT_EQ(co_await fs::remove_all(in / "tree"), 5U);
  EXPECT_FALSE(co_await fs::exists(in / "tree"));
  EXPECT_TRUE(co_await fs::exists(outside));
  EXPECT_EQ(co_await fs::remove_all(in / "tree"), 0U);
  EXPECT_EQ(co_await fs::remove_all(outside), 1U);
}

EDDY_TEST(fs, remove_all_does_not_mind_that_somebody_else_removes) {
  const scratch in;
  co_await fs::make_directories(in / "tree/a/inner");
  co_await fs::make_directories(in / "tree/b/inner");
  slow_disk disk;
  auto removing = create_task([&] { return fs::remove_all(in / "tree"); });
  while (disk.calls() == 0) co_await yield();
  // It knows of a and b, and has looked into one of them.
  for (const char* name : {"tree/a/inner", "tree/a", "tree/b/inner", "tree/b"}) {
    std::filesystem::remove(in / name);
  }
  disk.answer();
  EXPECT_EQ(co_await removing, 1U);
  EXPECT_FALSE(std::filesystem::exists(in / "tree"));
}

EDDY_TEST(fs, rename_replaces_a_file_and_names_both_in_errors) {
  const scratch in;
  (void)in.with("old", "contents");
  (void)in.with("new", "replaced");
  co_await fs::rename(in / "old", in / "new");
  EXPECT_EQ(co_await read_file(in / "new"), "contents");
  try {
    co_await fs::rename(in / "old", in / "new");
    ADD_FAILURE() << "no exception";
  } catch (const io_error& e) {
    EXPECT_EQ(e.what(),
              "rename " + in / "old" + " to " + in / "new" + ": No such file or directory");
  }
}

EDDY_TEST(fs, list_gives_every_name_with_its_type) {
  const scratch in;
  (void)in.with("file", "");
  co_await fs::make_directory(in / "folder");
  std::filesystem::create_symlink("file", in / "link");
  auto all = co_await fs::list(in / "");
  std::ranges::sort(all, {}, &fs::entry::name);
  EXPECT_EQ(all.size(), 3U);
  EXPECT_EQ(all.at(0).name, "file");
  EXPECT_EQ(all.at(0).type, file_type::regular);
  EXPECT_EQ(all.at(1).type, file_type::directory);
  EXPECT_EQ(all.at(2).type, file_type::symlink);
  EXPECT_THROW(co_await fs::list(in / "file"), io_error);
}

EDDY_TEST(fs, a_copy_has_the_contents_and_the_mode) {
  const scratch in;
  std::string much(20'000'000, 'x');
  much += "end";
  const std::string from = in.with("from", much);
  ::chmod(from.c_str(), 0600);
  EXPECT_EQ(co_await fs::copy_file(from, in / "to"), much.size());
  EXPECT_EQ(co_await read_file(in / "to"), much);
  EXPECT_EQ((co_await fs::status(in / "to")).mode, 0600U);
}

EDDY_TEST(fs, a_copy_overwrites_only_if_told_to) {
  const scratch in;
  const std::string from = in.with("from", "new");
  const std::string to = in.with("to", "older and longer");
  EXPECT_THROW(co_await fs::copy_file(from, to), io_error);
  EXPECT_EQ(co_await read_file(to), "older and longer");
  EXPECT_EQ(co_await fs::copy_file(from, to, {.overwrite = true}), 3U);
  EXPECT_EQ(co_await read_file(to), "new");
  EXPECT_THROW(co_await fs::copy_file(to, to, {.overwrite = true}), io_error);
  EXPECT_EQ(co_await read_file(to), "new");
}

EDDY_TEST(fs, a_copy_may_go_to_another_file_system) {
  const scratch in;
  co_await with(temporary_directory::make("/dev/shm"), [&](temporary_directory& other) -> task<> {
    std::string much(20'000'000, 'x');
    much += "end";
    const std::string from = in.with("from", much);
    EXPECT_EQ(co_await fs::copy_file(from, other.path() + "/to"), much.size());
    EXPECT_EQ(co_await fs::copy_file(other.path() + "/to", in / "back"), much.size());
    EXPECT_TRUE(co_await read_file(in / "back") == much);
  });
}

EDDY_TEST(fs, what_the_kernel_does_not_copy_goes_through_a_buffer) {
  const scratch in;
  EXPECT_GT(co_await fs::copy_file("/proc/self/status", in / "status"), 100U);
  EXPECT_TRUE((co_await read_file(in / "status")).starts_with("Name:"));
  EXPECT_THROW(co_await fs::copy_file("/dev/zero", in / "zeros"), io_error);
  EXPECT_FALSE(co_await fs::exists(in / "zeros"));
}

EDDY_IO_TEST(fs, a_cancelled_copy_leaves_nothing_or_all) {
  const scratch in;
  const std::string from = in.with("from", std::string(40'000'000, 'x'));
  for (int ticks_between = 0; ticks_between < 64; ticks_between = 2 * ticks_between + 1) {
    const std::string to = in / ("to" + std::to_string(ticks_between));
    auto copying = create_task([&] { return fs::copy_file(from, to); });
    for (int i = 0; i < ticks_between; ++i) co_await sleep(std::chrono::microseconds(100));
    copying.cancel();
    bool cancelled = false;
    try {
      (void)co_await copying;
    } catch (const task_cancelled&) {
      cancelled = true;
    }
    const bool copied = co_await fs::exists(to);
    EXPECT_TRUE(copied || cancelled);
    if (copied) EXPECT_EQ((co_await fs::status(to)).size, 40'000'000U);
  }
}

EDDY_TEST(fs, a_cancelled_copy_ends_after_the_step_it_is_at) {
  const scratch in;
  const std::string from = in.with("from", std::string(20'000'000, 'x'));
  slow_disk disk;
  auto copying = create_task([&] { return fs::copy_file(from, in / "to"); });
  while (disk.calls() == 0) co_await yield();
  copying.cancel();
  disk.answer();
  EXPECT_THROW((void)co_await copying, task_cancelled);
  EXPECT_EQ(disk.calls(), 1);
  EXPECT_FALSE(co_await fs::exists(in / "to"));
}

EDDY_TEST(fs, a_cancelled_remove_all_stops_between_two_names) {
  const scratch in;
  co_await fs::make_directory(in / "tree");
  for (int i = 0; i < 100; ++i) (void)in.with("tree/" + std::to_string(i), "");
  {
    slow_disk disk;
    auto removing = create_task([&] { return fs::remove_all(in / "tree"); });
    while (disk.calls() == 0) co_await yield();
    removing.cancel();
    disk.answer();
    EXPECT_THROW((void)co_await removing, task_cancelled);
  }
  EXPECT_EQ((co_await fs::list(in / "tree")).size(), 99U);
  EXPECT_EQ(co_await fs::remove_all(in / "tree"), 100U);
}

}  // namespace
}  // namespace eddy
