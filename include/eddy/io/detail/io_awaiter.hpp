// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>

#include <eddy/core/detail/backend.hpp>
#include <eddy/core/detail/leaf.hpp>

namespace eddy::detail {

/// Marks a direction of a descriptor while an operation uses it: one at a time.
///
/// Lifetime: outlives the operation and does not move meanwhile.
class io_slot {
 public:
  io_slot() = default;
  io_slot(io_slot&& other) noexcept;
  io_slot& operator=(io_slot&& other) noexcept;
  ~io_slot();

  [[nodiscard]] bool taken() const noexcept { return taken_; }
  /// Errors: throws `std::logic_error` if it is taken: `socket read while another task is in one`.
  void refuse_second(const char* what) const;
  void take() noexcept { taken_ = true; }
  void release() noexcept { taken_ = false; }

 private:
  bool taken_ = false;
};

/// Takes a direction for as long as it lives: for operations that are coroutines.
class slot_guard {
 public:
  slot_guard(io_slot& direction, const char* what) : direction_(direction) {
    direction_.refuse_second(what);
    direction_.take();
  }
  slot_guard(const slot_guard&) = delete;
  slot_guard& operator=(const slot_guard&) = delete;
  ~slot_guard() { direction_.release(); }

 private:
  io_slot& direction_;
};

/// A request to the backend as an awaitable. If the kernel has finished it before a cancel gets
/// there, its result is delivered and the cancel stays pending.
class io_awaiter : public leaf, private io_op {
 public:
  /// Errors: throws `std::logic_error` if another operation uses the direction.
  bool suspend(frame& owner);

 protected:
  io_awaiter(const io_request& what, io_slot& direction) noexcept : slot_(&direction) {
    request = what;
  }
  ~io_awaiter() = default;

  using io_op::request;

  /// Whether `result` ends the operation. If not, `request` has been changed to what is left to do.
  [[nodiscard]] virtual bool is_over([[maybe_unused]] int result) noexcept { return true; }

  /// Starts `request`, in the backend unless overridden; a value is the result of one that finished
  /// at once. Any other one ends in `proceed`.
  [[nodiscard]] virtual std::optional<int> submit() noexcept { return home().submit(*this); }
  /// Asks for an early end of what `submit` started.
  virtual void ask_to_stop() noexcept { home().cancel(static_cast<io_op&>(*this)); }
  void proceed(int result) noexcept;

  /// What the system call gave, or -errno. To be called once, by `await_resume`: until then the
  /// direction stays taken, so that nobody closes or moves a socket under a task that is about to
  /// look at it.
  [[nodiscard]] int take_result() noexcept {
    slot_->release();
    return result_;
  }

  // Longer requests are cut: io_uring counts in 32 bits, and a result must fit an int.
  static constexpr std::size_t longest_request = std::size_t{1} << 30;

 private:
  void cancel(frame& owner, bool hard) noexcept final;
  void complete(int result) noexcept final;
  std::optional<int> start() noexcept;
  void end(int result) noexcept;

  io_slot* slot_;
  int result_ = 0;
  bool cancelled_ = false;
};

}  // namespace eddy::detail
