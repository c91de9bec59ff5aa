// SPDX-License-Identifier: MIT
#pragma once

#include <signal.h>
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

/// A line of /proc/<pid>/status, `State: S (sleeping)`; empty if there is no such process.
inline std::string status_line(pid_t pid, const std::string& name) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(name)) return line;
  }
  return {};
}

/// Zombies too.
inline bool exists(pid_t pid) { return !status_line(pid, "State:").empty(); }
inline bool runs(pid_t pid) {
  const std::string state = status_line(pid, "State:");
  return !state.empty() && !state.contains("zombie");
}
inline bool ignores_sigterm(pid_t pid) {
  const std::string ignored = status_line(pid, "SigIgn:");
  return !ignored.empty() && (std::stoull(ignored.substr(7), nullptr, 16) & (1U << (SIGTERM - 1)));
}

}  // namespace eddy
