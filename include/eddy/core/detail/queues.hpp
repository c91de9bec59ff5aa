// SPDX-License-Identifier: MIT
#pragma once

#include <eddy/core/detail/frame.hpp>

namespace eddy::detail {

/// Frames in arrival order, linked through `frame::next`.
class frame_fifo {
 public:
  [[nodiscard]] bool empty() const noexcept { return head_ == nullptr; }
  void push(frame& f) noexcept {
    f.next = nullptr;
    *tail_ = &f;
    tail_ = &f.next;
  }
  frame* pop() noexcept {
    frame* first = head_;
    if (first != nullptr) {
      head_ = first->next;
      if (head_ == nullptr) tail_ = &head_;
    }
    return first;
  }

 private:
  frame* head_ = nullptr;
  frame** tail_ = &head_;
};

/// Frames newest first, but in arrival order as long as none is taken: the children of one task
/// keep their order, and come before those of its elders.
class frame_stack {
 public:
  [[nodiscard]] bool empty() const noexcept { return head_ == nullptr; }
  void push(frame& f) noexcept {
    f.next = *place_;
    *place_ = &f;
    place_ = &f.next;
  }
  frame* pop() noexcept {
    frame* first = head_;
    if (first != nullptr) head_ = first->next;
    place_ = &head_;
    return first;
  }

 private:
  frame* head_ = nullptr;
  frame** place_ = &head_;
};

/// Something to be destroyed by the loop, because its own code may still be on the stack.
struct grave {
  grave* next_grave = nullptr;
  virtual void bury() noexcept = 0;

 protected:
  ~grave() = default;
};

/// Something that waits for the moment when nothing is ready.
struct idle_waiter {
  virtual void idle() noexcept = 0;

 protected:
  ~idle_waiter() = default;
};

/// Work that another thread hands to the loop.
struct remote_work {
  remote_work* next_remote = nullptr;
  virtual void arrive() noexcept = 0;  // on the loop's thread

 protected:
  ~remote_work() = default;
};

}  // namespace eddy::detail
