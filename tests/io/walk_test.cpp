// SPDX-License-Identifier: MIT
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <eddy/core/cancel.hpp>
#include <eddy/core/create_task.hpp>
#include <eddy/core/error.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/stream.hpp>
#include <eddy/io/fs.hpp>
#include <eddy/testing/test.hpp>

#include "scratch.hpp"

namespace eddy {
namespace {

using testing::scratch;

task<std::vector<std::string>> names_below(const scratch& in, fs::walk_options options = {}) {
  std::vector<std::string> names;
  auto all = fs::walk(in / "tree", std::move(options));
  while (const auto* e = co_await all.next()) {
    names.push_back(e->path.substr((in / "tree/").size()));
  }
  std::ranges::sort(names);
  co_return names;
}

using names = std::vector<std::string>;

EDDY_TEST(walk, meets_all_that_is_below) {
  const scratch in;
  co_await fs::make_directories(in / "tree/a/b");
  co_await fs::make_directories(in / "tree/empty");
  (void)in.with("tree/a/b/file", "");
  EXPECT_EQ(co_await names_below(in), (names{"a", "a/b", "a/b/file", "empty"}));
}

EDDY_TEST(walk, gives_a_directory_before_its_contents_and_how_deep_it_is) {
  const scratch in;
  co_await fs::make_directories(in / "a/b/c");
  auto all = fs::walk(in / "");
  for (std::size_t depth = 0; depth < 3; ++depth) {
    const fs::walk_entry* e = co_await all.next();
    EXPECT_EQ(e->depth, depth);
    EXPECT_EQ(e->type, file_type::directory);
  }
  EXPECT_EQ(co_await all.next(), nullptr);
}

EDDY_TEST(walk, more_names_than_one_batch) {
  const scratch in;
  co_await fs::make_directories(in / "tree");
  for (int i = 0; i < 1500; ++i) (void)in.with("tree/" + std::to_string(i), "");
  EXPECT_EQ((co_await names_below(in)).size(), 1500U);
}

EDDY_TEST(walk, does_not_enter_links_unless_told_to) {
  const scratch in;
  co_await fs::make_directories(in / "tree/a");
  co_await fs::make_directories(in / "outside/b");
  std::filesystem::create_directory_symlink(in / "outside", in / "tree/link");
  EXPECT_EQ(co_await names_below(in), (names{"a", "link"}));
  EXPECT_EQ(co_await names_below(in, {.follow_symlinks = true}), (names{"a", "link", "link/b"}));
}

EDDY_TEST(walk, links_that_lead_back_end_it) {
  const scratch in;
  co_await fs::make_directories(in / "tree/a");
  std::filesystem::create_directory_symlink("..", in / "tree/a/up");
  std::filesystem::create_directory_symlink("itself", in / "tree/itself");
  EXPECT_EQ(co_await names_below(in, {.follow_symlinks = true}), (names{"a", "a/up", "itself"}));
}

EDDY_TEST(walk, a_directory_that_is_removed_meanwhile_is_no_error) {
  const scratch in;
  co_await fs::make_directories(in / "tree/a");
  co_await fs::make_directories(in / "tree/b");
  int met = 0;
  auto all = fs::walk(in / "tree");
  while (co_await all.next()) {
    if (met++ == 0) co_await fs::remove_all(in / "tree/a");
  }
  EXPECT_EQ(met, 2);
}

EDDY_TEST(walk, a_directory_that_cannot_be_read_is_an_error_or_told) {
  const scratch in;
  const auto walk_while_it_changes = [&](fs::walk_options options) -> task<int> {
    co_await fs::make_directories(in / "tree/a");
    co_await fs::make_directories(in / "tree/b");
    int met = 0;
    auto all = fs::walk(in / "tree", std::move(options));
    while (co_await all.next()) {
      if (met++ > 0) continue;
      co_await fs::remove(in / "tree/a");
      std::filesystem::create_symlink("b", in / "tree/a");
    }
    co_await fs::remove(in / "tree/a");
    co_return met;
  };
  std::string told;
  const auto tell = [&](const std::string& path, const std::exception_ptr&) { told = path; };
  EXPECT_EQ(co_await walk_while_it_changes({.on_error = tell}), 2);
  EXPECT_EQ(told, in / "tree/a");
  EXPECT_THROW(co_await walk_while_it_changes({}), io_error);
  EXPECT_THROW(co_await fs::walk(in / "nowhere").next(), io_error);
}

EDDY_IO_TEST(walk, a_cancel_ends_it_anywhere) {
  const scratch in;
  for (int i = 0; i < 100; ++i) {
    std::filesystem::create_directories(in / ("tree/" + std::to_string(i)));
  }
  for (int ticks_between = 0; ticks_between < 50; ticks_between += 5) {
    auto walking = create_task([&] { return names_below(in); });
    for (int i = 0; i < ticks_between; ++i) co_await yield();
    walking.cancel();
    try {
      (void)co_await walking;
    } catch (const task_cancelled&) {
    }
  }
  EXPECT_EQ((co_await names_below(in)).size(), 100U);
}

}  // namespace
}  // namespace eddy
