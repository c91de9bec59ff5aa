// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

#include <eddy/core/detail/frame.hpp>
#include <eddy/core/detail/signal_listener.hpp>
#include <eddy/core/loop.hpp>

namespace eddy::detail {

/// While alive, SIGINT and SIGTERM cancel the main task of one loop, unless somebody takes them
/// over: softly, then hard, then the signal gets its default effect. That also happens at once when
/// the loop never took notice of the one before.
///
/// One at a time in a process; a second one does nothing.
class signal_cancel final : private signal_listener, private remote_work {
 public:
  signal_cancel(loop& home, task_record& main, child_frame& root);
  signal_cancel(const signal_cancel&) = delete;
  signal_cancel& operator=(const signal_cancel&) = delete;
  ~signal_cancel();

  /// The signal that came first, or 0.
  [[nodiscard]] int signal() const noexcept {
    return first_signal_.load(std::memory_order_relaxed);
  }

 private:
  void on_signal(int signal) noexcept override;
  void arrive() noexcept override;

  loop& home_;
  task_record& main_;
  child_frame& root_;
  bool installed_ = false;
  int taken_ = 0;  // by the loop
  // Set by the handler, cleared by the loop when it has taken notice.
  std::atomic<bool> on_its_way_{false};
  std::atomic<int> received_{0};
  std::atomic<int> first_signal_{0};
};

}  // namespace eddy::detail
