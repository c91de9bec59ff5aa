// SPDX-License-Identifier: MIT
#include <eddy/io/atomic_write.hpp>

#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <random>
#include <string>

#include <eddy/core/cancel.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/io/file.hpp>
#include <eddy/io/fs.hpp>
#include <eddy/io/process.hpp>
#include <eddy/testing/test.hpp>

#include "endless_writer.hpp"
#include "scratch.hpp"

namespace eddy {
namespace {

using testing::scratch;

EDDY_TEST(atomic_write, gives_a_file_new_contents_and_leaves_nothing_else) {
  const scratch in;
  co_await atomic_write(in / "a", "first");
  co_await atomic_write(in / "a", std::as_bytes(std::span("second", 6)));
  EXPECT_EQ(co_await read_file(in / "a"), "second");
  EXPECT_EQ((co_await fs::list(in / "")).size(), 1U);
}

EDDY_TEST(atomic_write, keeps_the_mode_of_a_file_that_is_there) {
  const scratch in;
  const std::string path = in.with("a", "old");
  ::chmod(path.c_str(), 0640);
  co_await atomic_write(path, "new", {.mode = 0600});
  EXPECT_EQ((co_await fs::status(path)).mode, 0640U);
  co_await atomic_write(in / "b", "new", {.mode = 0600});
  EXPECT_EQ((co_await fs::status(in / "b")).mode, 0600U);
}

EDDY_TEST(atomic_write, replaces_what_a_link_points_to) {
  const scratch in;
  const std::string path = in.with("target", "old");
  std::filesystem::create_symlink("target", in / "link");
  co_await atomic_write(in / "link", "new");
  EXPECT_EQ(co_await read_file(path), "new");
  EXPECT_TRUE((co_await fs::link_status(in / "link")).is_symlink());
}

EDDY_TEST(atomic_write, makes_what_a_link_points_to) {
  const scratch in;
  co_await fs::make_directory(in / "folder");
  std::filesystem::create_symlink("folder/second", in / "first");
  std::filesystem::create_symlink(in / "target", in / "folder/second");
  co_await atomic_write(in / "first", "new");
  EXPECT_EQ(co_await read_file(in / "target"), "new");
  EXPECT_TRUE((co_await fs::link_status(in / "first")).is_symlink());
  EXPECT_TRUE((co_await fs::link_status(in / "folder/second")).is_symlink());
  std::filesystem::create_symlink("itself", in / "itself");
  EXPECT_THROW(co_await atomic_write(in / "itself", "new"), io_error);
}

EDDY_TEST(atomic_write, a_name_may_be_as_long_as_names_can_be) {
  const scratch in;
  const std::string path = in.with(std::string(255, 'n'), "old");
  co_await atomic_write(path, "new");
  EXPECT_EQ(co_await read_file(path), "new");
}

EDDY_TEST(atomic_write, refuses_what_is_no_file_and_says_where_it_failed) {
  const scratch in;
  EXPECT_THROW(co_await atomic_write(in / "", "x"), io_error);
  EXPECT_THROW(co_await atomic_write("/dev/null", "x"), io_error);
  EXPECT_EQ((co_await fs::status("/dev/null")).type, file_type::character_device);
  try {
    co_await atomic_write(in / "no/where", "x");
    ADD_FAILURE() << "no exception";
  } catch (const io_error& e) {
    EXPECT_EQ(e.what(), "write " + in / "no/where" + ": No such file or directory");
  }
}

EDDY_IO_TEST(atomic_write, a_cancel_leaves_the_old_or_the_new) {
  const scratch in;
  const std::string old(1000, 'o');
  const std::string much(40'000'000, 'n');
  const std::string path = in.with("a", old);
  for (int pause = 0; pause < 30'000; pause = 4 * pause + 300) {
    auto writing = create_task([&] { return atomic_write(path, much); });
    co_await sleep(std::chrono::microseconds(pause));
    writing.cancel();
    bool cancelled = false;
    try {
      co_await writing;
    } catch (const task_cancelled&) {
      cancelled = true;
    }
    const std::uint64_t size = (co_await fs::status(path)).size;
    EXPECT_TRUE(size == much.size() || (cancelled && size == old.size())) << size;
    EXPECT_EQ((co_await fs::list(in / "")).size(), 1U);
    co_await write_file(path, old);
  }
}

TEST(atomic_write, a_kill_at_any_instant_leaves_the_old_or_the_new) {
  const scratch in;
  const std::string one = testing::one_content();
  const std::string other = testing::other_content();
  const std::string path = in.with("a", one);
  const auto inode = [&] {
    struct stat found{};
    ::stat(path.c_str(), &found);
    return found.st_ino;
  };
  std::minstd_rand random(20'261'121);
  run([&]() -> task<> {
    for (int round = 0; round < 20; ++round) {
      const auto before = inode();
      process writer = co_await process::spawn({EDDY_ENDLESS_WRITER, path});
      auto end = create_task([&] { return writer.wait(); });
      while (!end.done() && inode() == before) co_await yield();
      EXPECT_FALSE(end.done()) << "it never wrote";
      co_await sleep(
          std::chrono::microseconds(std::uniform_int_distribution<int>(0, 5'000)(random)));
      writer.kill();
      co_await end;
      const std::string found = co_await read_file(path);
      EXPECT_TRUE(found == one || found == other) << "round " << round << ": " << found.size();
    }
  });
}

}  // namespace
}  // namespace eddy
