// SPDX-License-Identifier: MIT
#pragma once

#include <coroutine>
#include <new>

#include <eddy/core/task.hpp>

namespace eddy::detail {

/// An operation that as a rule is over at once, and costs nothing then; where it must wait, a
/// coroutine is made for it.
///
/// A derived class has `await_ready`, and `task<> wait()` for where that is false.
class often_ready : public awaiter_base {
 public:
  template <class Self>
  std::coroutine_handle<> suspend(this Self& self, frame& owner) {
    ::new (static_cast<void*>(&self.waiting_)) task<>(self.wait());
    self.waits_ = true;
    return self.waiting_.suspend(owner);
  }

 protected:
  often_ready() noexcept {}
  ~often_ready() {
    if (waits_) waiting_.~task();
  }

  /// Each `await_resume` begins with this. Errors: rethrows what `wait` threw.
  void finish_waiting() {
    if (waits_) waiting_.await_resume();
  }

 private:
  bool waits_ = false;
  union {
    task<> waiting_;  // once waits_
  };
};

}  // namespace eddy::detail
