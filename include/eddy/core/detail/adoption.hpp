// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <utility>

#include <eddy/core/detail/cleanup.hpp>
#include <eddy/core/detail/queues.hpp>

// What is dropped half-way, a generator above all, may have clean-up that suspends, and a
// destructor cannot wait for it. The task that drops it adopts the clean-up: it begins as soon as
// that task next suspends, runs beside it, and is joined before the task counts as ended.

namespace eddy::detail {

/// Adopted clean-up of one task: run one after the other in the order it came, which is downstream
/// first, out of reach of all but a hard cancel.
class adoption : public awaiter_base, private grave {
 public:
  /// Takes over `newest` and all that are older.
  void add(cleanup_block& newest) noexcept;
  /// `heir` is buried once nothing is left of the task's adoptions: the outermost ends last.
  void tell(grave& heir) noexcept {
    adoption* last = this;
    while (last->outer_ != nullptr) last = last->outer_;
    last->heir_ = &heir;
  }
  /// Reaches this one and those around it.
  void cancel_hard() noexcept;

 protected:
  adoption() = default;
  ~adoption() = default;

  /// From here on what `record` adopts comes here.
  void open(loop& home, task_record& record) noexcept;
  void close() noexcept;
  [[nodiscard]] bool begun() const noexcept { return begun_; }
  virtual void failed(std::exception_ptr error) noexcept = 0;
  /// Nothing is left, for now.
  virtual void settled() noexcept = 0;

  loop* home_ = nullptr;
  task_record* record_ = nullptr;
  grave* heir_ = nullptr;

 private:
  void bury() noexcept final { advance(); }
  void advance() noexcept;
  void cancel(frame&, bool hard) noexcept final {
    if (hard) slot_.cancel(true);
  }
  void fail(std::exception_ptr error) noexcept final { failed(std::move(error)); }
  frame* done() noexcept final { return unwound(); }
  frame* unwound() noexcept final {
    advance();
    return nullptr;
  }
  child_frame* running() noexcept final { return &slot_; }
  [[nodiscard]] const char* describe() const noexcept final { return "clean-up"; }

  adoption* outer_ = nullptr;  // of the same task
  cleanup_block* first_ = nullptr;
  cleanup_block** end_ = &first_;
  child_frame slot_;
  bool begun_ = false;
};

/// Awaits what `drop()` leaves to be cleaned up, and throws what that throws.
///
/// Cancellation: out of its reach, within the grace time, as in `finally`.
class closing : public adoption {
 public:
  void await_resume() {
    if (error_ != nullptr) std::rethrow_exception(std::move(error_));
  }

 protected:
  ~closing() = default;

  template <class Drop>
  bool drop_and_wait(frame& owner, Drop drop) noexcept {
    begin(owner);
    drop();
    return wait();
  }

 private:
  void begin(frame& owner) noexcept;
  bool wait() noexcept;
  void failed(std::exception_ptr error) noexcept final { error_ = std::move(error); }
  void settled() noexcept final;

  frame* owner_ = nullptr;
  std::exception_ptr error_;
};

/// Leaves `newest` and all that are older to the task that is running. Without a loop they cannot
/// run, which is reported.
void leave_to_task(cleanup_block& newest) noexcept;

/// Destroys a suspended frame where it stands, and leaves its deferred clean-up to the task that is
/// running. However many frames own one another, it takes a bounded piece of the stack.
void abandon(frame& f) noexcept;

}  // namespace eddy::detail
