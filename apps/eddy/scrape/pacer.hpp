// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <eddy/core/task.hpp>
#include <eddy/flow/rate_limiter.hpp>

namespace eddy::app {

/// Spaces the requests to one host evenly.
class pacer {
 public:
  /// `per_second` 0: no limit.
  explicit pacer(double per_second) {
    if (per_second <= 0) return;
    const auto interval =
        std::chrono::duration_cast<duration>(std::chrono::duration<double>(1 / per_second));
    limiter_.emplace(1, interval);
  }

  /// Waits for the next request's turn. Cancellation: safe.
  task<> turn() {
    if (limiter_) co_await limiter_->acquire();
  }

 private:
  std::optional<rate_limiter> limiter_;
};

}  // namespace eddy::app
