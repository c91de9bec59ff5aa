// SPDX-License-Identifier: MIT
#pragma once

#include <tuple>
#include <utility>

#include <eddy/core/detail/queues.hpp>
#include <eddy/core/detail/result.hpp>
#include <eddy/core/loop.hpp>
#include <eddy/core/task.hpp>

namespace eddy::detail {

/// Runs one piece of asynchronous clean-up on behalf of `record`: out of reach of ordinary cancels,
/// and cancelled hard when the loop's grace time is over.
class cleanup_run : public result_node<void>, private timer {
 protected:
  ~cleanup_run() = default;

  /// Takes over the frame of a made clean-up. `hard`: even clean-up has already been told to stop.
  /// Errors: `std::bad_alloc`; the frame then never runs.
  void start(frame& work, loop& home, task_record* record, bool hard);
  void cancel(frame&, bool hard) noexcept override {
    if (hard) work_.cancel(true);
  }
  /// The clean-up is over: by value, by error or cancelled hard. May be on its own stack.
  virtual void cleaned() noexcept = 0;

  loop* home_ = nullptr;
  task_record* record_ = nullptr;
  child_frame work_;

 private:
  frame* done() noexcept final;
  frame* unwound() noexcept final;
  child_frame* running() noexcept final { return &work_; }
  void fire() noexcept final;
  [[nodiscard]] const char* describe() const noexcept final { return "clean-up"; }
};

/// One `defer`: a node of the list that hangs on the frame. The list runs newest first, after the
/// frame's locals are gone and before its parent hears of the end.
struct cleanup_block : cleanup_run, grave, pool_allocated {
  virtual ~cleanup_block() = default;

  /// Runs `first` and all that follow it, then tells `target`: by `done` if the frame had
  /// `finished`, else by `unwound`, or by `fail` and `done` if a clean-up threw.
  static void run(cleanup_block& first, node& target, frame* finished, loop& home,
                  task_record* record, bool hard) noexcept;

  cleanup_block* older = nullptr;

 protected:
  virtual task<> make() = 0;

 private:
  void begin() noexcept;
  void cleaned() noexcept override { home_->bury(*this); }
  void bury() noexcept override;

  node* target_ = nullptr;
  frame* finished_ = nullptr;
  std::exception_ptr error_;  // of the clean-ups that ran before this one
  bool hard_ = false;
};

}  // namespace eddy::detail
