// SPDX-License-Identifier: MIT
#include "leaks.hpp"

#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <eddy/core/introspect.hpp>

#include "sim/network.hpp"

namespace eddy::testing {
namespace {

/// Those of the process, but for the one that looks.
std::map<int, std::string> open_descriptors() {
  std::map<int, std::string> open;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const auto target = std::filesystem::read_symlink(entry.path(), gone);
    if (gone || target.string().ends_with("/fd")) continue;
    open.emplace(std::stoi(entry.path().filename()), target.string());
  }
  return open;
}

}  // namespace

void expect_idle(loop& home) {
  const detail::pending_work left = home.pending();
  EXPECT_EQ(left.tasks, 0U) << "tasks were leaked:\n" << task_tree(home);
  EXPECT_EQ(left.timers, 0U) << "timers were leaked: an awaiter went without disarming its own";
  EXPECT_EQ(left.operations, 0U) << "operations were leaked: an awaiter went before its completion";
  EXPECT_EQ(left.remote, 0U) << "work for other threads was leaked: it never came back";
  if (const sim::network* simulated = sim::network_of(home)) {
    EXPECT_EQ(simulated->open_sockets(), "") << "simulated sockets were leaked";
  }
}

leak_check::leak_check() : descriptors_(open_descriptors()) {}

void leak_check::expect_nothing_left() const {
  EXPECT_EQ(frames_.live(), 0) << "coroutine frames or control blocks were leaked";
  EXPECT_EQ(tracked::alive, tracked_) << "tracked values were leaked";
  std::string leaked;
  for (const auto& [fd, target] : open_descriptors()) {
    const auto before = descriptors_.find(fd);
    if (before == descriptors_.end() || before->second != target)
      leaked += fmt::format(" {} → {}", fd, target);
  }
  EXPECT_EQ(leaked, "") << "file descriptors were leaked";
}

}  // namespace eddy::testing
