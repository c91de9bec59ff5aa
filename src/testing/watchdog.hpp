// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include <eddy/core/loop.hpp>

namespace eddy::testing {

/// Ends the process, with the task tree, when a test takes too long in real time: a loop that is
/// stuck cannot fail its test.
class watchdog final : private detail::remote_work {
 public:
  using milliseconds = std::chrono::milliseconds;
  struct limits {
    milliseconds look;  ///< virtual time that stands still from one look to the next is a fault
    milliseconds end;   ///< for the whole test
  };

  explicit watchdog(loop& home, limits times);
  ~watchdog();

 private:
  void watch();
  void arrive() noexcept override;

  loop& home_;
  limits times_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  bool asked_ = false;
  bool over_time_ = false;
  std::optional<time_point> stands_at_;  // the virtual time at which the last look found it waiting
  std::thread thread_;
};

}  // namespace eddy::testing
