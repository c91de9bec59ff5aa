// SPDX-License-Identifier: MIT
// The operations that the shapes wait for: each behaves like one kind of real one when cancelled.
#pragma once

#include <cstdint>
#include <optional>

#include <eddy/core/detail/leaf.hpp>
#include <eddy/core/detail/timer_queue.hpp>

#include "tracker.hpp"

namespace eddy::cancellation {

enum class leaf_kind : std::uint8_t {
  timer,     // ends at once when cancelled
  request,   // as on io_uring: the cancel is a request of its own, and both complete, in either
             // order
  stubborn,  // cannot be cancelled
  yielding,  // over before the cancel can come, but the owner has not run yet
  mixed,     // timer, request or stubborn, by the length of the wait
};
inline constexpr leaf_kind leaf_kinds[] = {leaf_kind::timer, leaf_kind::request,
                                           leaf_kind::stubborn, leaf_kind::yielding,
                                           leaf_kind::mixed};

/// The kind of every leaf made from now on.
extern leaf_kind current_leaf_kind;

/// Hears of everything a leaf does; cancels from there.
class observer {
 public:
  virtual void suspending() = 0;  // inside await_suspend, nothing started yet
  virtual void suspended() = 0;   // inside await_suspend, the operation is under way
  virtual void completed() = 0;   // the owner is in the run queue

 protected:
  ~observer() = default;
};
extern observer* watching;

/// Waits for so many nanoseconds of virtual time.
class pause : public detail::leaf {
 public:
  explicit pause(int length = 1);
  pause(const pause&) = delete;
  pause& operator=(const pause&) = delete;
  ~pause();

  void suspend(detail::frame& owner);
  int await_resume() const noexcept { return length_; }

 protected:
  /// The operation is over and not cancelled.
  virtual void deliver() {}

 private:
  class completion final : public detail::timer {
   public:
    completion(pause& of, bool of_cancel) noexcept : of_(of), of_cancel_(of_cancel) {}

   private:
    void fire() noexcept override { of_.complete(of_cancel_); }
    pause& of_;
    bool of_cancel_;
  };

  void cancel(detail::frame&, bool) noexcept override;
  void complete(bool of_cancel) noexcept;
  void finish() noexcept;
  [[nodiscard]] const char* describe() const noexcept override { return "pause"; }

  completion operation_{*this, false};
  completion cancelling_{*this, true};
  int length_;
  leaf_kind kind_;
  bool cancelled_ = false;
};

/// As accept() does, gives something that has to be closed, also when nobody takes it.
class acceptance final : public pause {
 public:
  tracked await_resume() { return std::move(*accepted_); }

 private:
  void deliver() override { accepted_.emplace(7); }
  std::optional<tracked> accepted_;
};

}  // namespace eddy::cancellation
