// SPDX-License-Identifier: MIT
#pragma once

#include <eddy/core/detail/frame.hpp>
#include <eddy/core/loop.hpp>

namespace eddy::detail {

/// An awaiter with no coroutine below it: where tasks really suspend.
///
/// A derived leaf's `suspend` first calls `park`; if that is false a pending cancel has taken the
/// frame and nothing may be started. It later ends in exactly one of `wake` (the result is in the
/// leaf) or `give_up` (there is none).
struct leaf : awaiter_base {
 protected:
  ~leaf() = default;

  [[nodiscard]] bool park(frame& owner) noexcept {
    owner_ = &owner;
    if (owner.bits & cancel_soft) [[unlikely]] {
      home().reap(owner);
      return false;
    }
    owner.record->since = home().tick();
    owner.child = this;
    return true;
  }

  /// The operation was over at once and its result is in the leaf. False: go on; true: the owner
  /// has had its share and was put at the end of the run queue.
  [[nodiscard]] static bool pass(frame& owner) noexcept {
    if (!owner.home->charge()) return false;
    owner.home->push(owner);
    return true;
  }

  void wake() noexcept {
    owner_->child = nullptr;
    home().push(*owner_);
  }

  void give_up() noexcept { home().reap(*owner_); }

  [[nodiscard]] loop& home() const noexcept { return *owner_->home; }

  frame* owner_ = nullptr;
};

}  // namespace eddy::detail
