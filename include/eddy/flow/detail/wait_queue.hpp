// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>

#include <eddy/core/detail/leaf.hpp>

namespace eddy::detail {

class wait_queue;

/// A task in line. Leaving, by a wake or a cancel, is O(1).
class waiter : public leaf {
 protected:
  ~waiter() = default;
  void cancel(frame&, bool) noexcept override;

  /// Its turn has come, in a line that has waiters of several kinds.
  virtual void served() noexcept { wake(); }

 private:
  friend class wait_queue;
  // Set by add(): most waiters never wait, and what they do not need they do not pay for.
  wait_queue* line_;
  waiter* previous_;
  waiter* next_;
};

/// Tasks in arrival order: what every primitive that makes tasks wait is built on.
///
/// Waking goes through the run queue and nothing can stop it any more: a waiter that is cancelled
/// in the step it was woken still resumes, owns what it was given, and gives it back by its
/// destructors.
class wait_queue {
 public:
  wait_queue() = default;
  wait_queue(const wait_queue&) = delete;
  wait_queue& operator=(const wait_queue&) = delete;
  ~wait_queue() {
    assert(empty() && "a synchronisation object was destroyed with tasks waiting on it");
  }

  [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
  [[nodiscard]] waiter* front() const noexcept { return first_; }

  void add(waiter& w) noexcept {
    w.line_ = this;
    w.previous_ = last_;
    w.next_ = nullptr;
    (last_ != nullptr ? last_->next_ : first_) = &w;
    last_ = &w;
  }

  void remove(waiter& w) noexcept {
    (w.previous_ != nullptr ? w.previous_->next_ : first_) = w.next_;
    (w.next_ != nullptr ? w.next_->previous_ : last_) = w.previous_;
  }

  /// Takes the oldest waiter out of the line and makes it runnable. Requires: not empty.
  void wake_front() noexcept {
    waiter& w = *first_;
    remove(w);
    w.wake();
  }

  /// The same where being woken may not be all that is to be done for it.
  void serve_front() noexcept {
    waiter& w = *first_;
    remove(w);
    w.served();
  }

  void wake_all() noexcept {
    while (!empty()) wake_front();
  }

 private:
  waiter* first_ = nullptr;
  waiter* last_ = nullptr;
};

inline void waiter::cancel(frame&, bool) noexcept {
  line_->remove(*this);
  give_up();
}

}  // namespace eddy::detail
