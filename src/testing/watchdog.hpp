// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <eddy/core/loop.hpp>

namespace eddy::testing {

/// Ends the process, with the task tree, when a test takes too long in real time: a loop that is
/// stuck cannot fail its test.
class watchdog final : private detail::remote_work {
 public:
  using milliseconds = std::chrono::milliseconds;
  struct limits {
    milliseconds look;  ///< how long virtual time may stand still
    milliseconds end;   ///< for the whole test
  };

  explicit watchdog(loop& home, limits times);
  ~watchdog();

 private:
  void watch();
  /// Asks the loop, whose tasks no other thread may look at. False: the test has ended.
  bool ask(std::unique_lock<std::mutex>& lock);
  void arrive() noexcept override;

  loop& home_;
  limits times_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  bool asked_ = false;
  bool over_time_ = false;
  std::thread thread_;
};

}  // namespace eddy::testing
