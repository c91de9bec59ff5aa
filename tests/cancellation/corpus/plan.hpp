// SPDX-License-Identifier: MIT
// When a run is cancelled: at which of the shape's suspensions, and on which side of it.
#pragma once

#include <cstdint>
#include <functional>

#include "leaves.hpp"

namespace eddy::cancellation {

enum class moment : std::uint8_t {
  never,
  after_suspension,     // the k-th operation is under way and the loop is back in control
  entering_suspension,  // inside await_suspend of the k-th operation, before it starts
  inside_suspension,    // the same, after it was started
  at_completion,        // the k-th operation is over, its owner has not run yet
  again_and_again,      // after the k-th suspension and every later one
  then_hard,            // after the k-th suspension; hard after the next
  after_step,           // between two steps of the loop, wherever those are
};
inline constexpr moment moments[] = {moment::never,
                                     moment::after_suspension,
                                     moment::entering_suspension,
                                     moment::inside_suspension,
                                     moment::at_completion,
                                     moment::again_and_again,
                                     moment::then_hard,
                                     moment::after_step};

/// Counts what the shape's operations do, and cancels at the k-th.
class plan final : public observer {
 public:
  plan(moment when, int k) noexcept : when_(when), k_(k) {}
  plan(const plan&) = delete;
  plan& operator=(const plan&) = delete;

  /// From here on operations count; `cancel(hard)` is called at the moment.
  void begin(std::function<void(bool hard)> cancel);
  void end() noexcept;
  /// For a cancel that comes from somewhere else.
  void mark_reached() noexcept { reached_ = true; }
  /// To be called between two steps of the loop.
  void after_step();

  /// There was a k-th moment.
  [[nodiscard]] bool reached() const noexcept { return reached_; }
  [[nodiscard]] bool asked_hard() const noexcept { return asked_hard_; }
  /// Operations started after the cancel.
  [[nodiscard]] int started_late() const noexcept { return started_late_; }

 private:
  void suspending() override;
  void suspended() override;
  void completed() override;
  void cancel(bool hard);

  moment when_;
  int k_;
  int suspensions_ = 0;
  int completions_ = 0;
  int steps_ = 0;
  int started_late_ = 0;
  bool active_ = false;
  bool reached_ = false;
  bool soft_due_ = false;
  bool hard_due_ = false;
  bool asked_ = false;
  bool asked_before_start_ = false;
  bool asked_hard_ = false;
  std::function<void(bool hard)> cancel_;
};

}  // namespace eddy::cancellation
