// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <stdexcept>
#include <utility>

#include <eddy/core/detail/mailbox.hpp>

namespace eddy {

/// What was posted to a loop that has ended, or that ended before it got there. It did not run.
class loop_ended : public std::runtime_error {
 public:
  loop_ended();
};

/// The address of a loop, for `post_to` and `call_on`. Copies are cheap.
///
/// A loop with nothing to do waits as long as somebody holds its address, instead of throwing
/// `deadlock_error`; it ends as always when its main does. Lifetime: may outlive the loop; posting
/// then gives `loop_ended`. Thread safety: any thread.
class loop_ref {
 public:
  explicit loop_ref(std::shared_ptr<detail::mailbox> box) noexcept : box_(std::move(box)) {}
  loop_ref(const loop_ref&) = default;  // a move would leave an address of nothing behind
  loop_ref& operator=(const loop_ref&) = default;
  ~loop_ref() = default;

  [[nodiscard]] const std::shared_ptr<detail::mailbox>& box() const noexcept { return box_; }

 private:
  std::shared_ptr<detail::mailbox> box_;
};

/// The loop that runs the caller. Errors: throws `std::logic_error` outside `eddy::run`.
[[nodiscard]] loop_ref this_loop();

}  // namespace eddy
