// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include <eddy/core/loop.hpp>
#include <eddy/testing/frame_count.hpp>
#include <eddy/testing/tracked.hpp>

namespace eddy::testing {

/// Fails the test if its loop still has something to do or a simulated socket open, now that all
/// tasks should be gone.
void expect_idle(loop& home);

/// What a test may not leave behind: compared when it ends with what there was when this was made.
class leak_check {
 public:
  leak_check();
  /// Fails the test for each kind of thing that was leaked, and names it.
  void expect_nothing_left() const;

 private:
  frame_count frames_;
  int tracked_ = tracked::alive;
  std::map<int, std::string> descriptors_;  // and what each refers to
};

}  // namespace eddy::testing
