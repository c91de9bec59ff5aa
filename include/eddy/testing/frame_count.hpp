// SPDX-License-Identifier: MIT
#pragma once

#include <eddy/core/detail/frame_pool.hpp>

namespace eddy::testing {

/// Counts, from its construction on, the blocks that coroutines of this thread take: frames,
/// control blocks of spawned tasks, deferred clean-up. A cost that a test can pin down:
/// `frame_count cost; co_await f(); EXPECT_EQ(cost.allocated(), 1);`
class frame_count {
 public:
  [[nodiscard]] long allocated() const noexcept {
    return detail::allocated_frames() - allocated_before_;
  }
  /// Taken and not given back; negative when more were given back.
  [[nodiscard]] long live() const noexcept { return detail::live_frames() - live_before_; }

 private:
  long allocated_before_ = detail::allocated_frames();
  long live_before_ = detail::live_frames();
};

}  // namespace eddy::testing
