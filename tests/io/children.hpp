// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace eddy {

/// The children of this process, zombies too: `1234 (sleep) S`.
inline std::vector<std::string> children() {
  std::vector<std::string> all;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "stat");
    std::string pid;
    std::string name;
    std::string state;
    pid_t parent = 0;
    if (file >> pid >> name >> state >> parent && parent == ::getpid()) {
      all.push_back(pid + " " + name + " " + state);
    }
  }
  return all;
}

/// Fails the test if a child, or a zombie, is left that was not there before.
struct no_children_left {
  no_children_left() : before(children()) {}
  no_children_left(const no_children_left&) = delete;
  no_children_left& operator=(const no_children_left&) = delete;
  ~no_children_left() {
    for (const std::string& child : children()) {
      EXPECT_NE(std::ranges::find(before, child), before.end()) << "left behind: " << child;
    }
  }
  std::vector<std::string> before;
};

/// Whether there is such a process, zombies too.
inline bool process_exists(pid_t pid) {
  return std::filesystem::exists("/proc/" + std::to_string(pid));
}

}  // namespace eddy
