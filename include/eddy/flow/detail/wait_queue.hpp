// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>

#include <eddy/core/detail/intrusive_list.hpp>
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
  friend class intrusive_list<waiter>;
  // Set by add(): most waiters never wait, and what they do not need they do not pay for.
  wait_queue* line_;
  waiter* previous;
  waiter* next;
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

  [[nodiscard]] bool empty() const noexcept { return line_.empty(); }
  /// Requires: not empty.
  [[nodiscard]] waiter& front() const noexcept { return line_.front(); }

  void add(waiter& w) noexcept {
    w.line_ = this;
    line_.push_back(w);
  }

  void remove(waiter& w) noexcept { line_.erase(w); }

  /// Takes the oldest waiter out of the line and makes it runnable. Requires: not empty.
  void wake_front() noexcept { line_.pop_front()->wake(); }

  /// The same where being woken may not be all that is to be done for it.
  void serve_front() noexcept { line_.pop_front()->served(); }

  void wake_all() noexcept {
    while (!empty()) wake_front();
  }

 private:
  intrusive_list<waiter> line_;
};

inline void waiter::cancel(frame&, bool) noexcept {
  line_->remove(*this);
  give_up();
}

}  // namespace eddy::detail
