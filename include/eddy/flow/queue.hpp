// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <stdexcept>
#include <utility>

#include <eddy/flow/detail/wait_queue.hpp>

namespace eddy {

/// What `put` throws on a queue that was shut down, and `get` once it is empty too.
class queue_shut_down : public std::runtime_error {
 public:
  queue_shut_down() : std::runtime_error("the queue was shut down") {}
};

/// Hands items from tasks that produce to tasks that consume, first in, first out.
///
/// A full queue makes `put` wait, an empty one `get`; both lines are served in arrival order and a
/// cancelled waiter loses no item and no place. `task_done` and `join` follow unfinished work.
/// Lifetime: must outlive its waiters.
template <class T>
class queue {
 public:
  class putting;
  class getting;
  class joining;

  /// `capacity`: items held at most; 0 for no bound.
  explicit queue(std::size_t capacity = 0) noexcept : capacity_(capacity) {}
  queue(const queue&) = delete;
  queue& operator=(const queue&) = delete;

  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
  [[nodiscard]] bool full() const noexcept { return capacity_ != 0 && items_.size() >= capacity_; }
  [[nodiscard]] std::size_t unfinished() const noexcept { return unfinished_; }

  /// Waits for room and adds `item`. Errors: throws `queue_shut_down`.
  /// Cancellation: safe; an item whose `put` was cancelled was not added.
  [[nodiscard("co_await it")]] putting put(T item) { return putting(*this, std::move(item)); }

  /// Waits for an item and takes it. Errors: throws `queue_shut_down` when none can come any more.
  /// Cancellation: safe; no item is lost.
  [[nodiscard("co_await it")]] getting get() noexcept { return getting(*this); }

  /// Adds `item` if there is room now; false, with `item` untouched, if not.
  /// Errors: throws `queue_shut_down`.
  bool try_put(T&& item) {
    if (shut_down_) throw queue_shut_down();
    if (full()) return false;
    add(std::move(item));
    return true;
  }

  /// Takes an item if there is one now.
  [[nodiscard]] std::optional<T> try_get() {
    if (items_.empty()) return std::nullopt;
    return take();
  }

  /// Says that the work on one item taken is finished.
  /// Errors: throws `std::logic_error` if called more often than items were put.
  void task_done() {
    if (unfinished_ == 0) throw std::logic_error("eddy: task_done() called more often than put()");
    if (--unfinished_ == 0) joiners_.wake_all();
  }

  /// Waits until `task_done` was called for every item put. Cancellation: safe.
  [[nodiscard("co_await it")]] joining join() noexcept { return joining(*this); }

  /// No more `put`; `get` still drains what is there. With `immediate` the items are dropped, and count
  /// as done. Waiters that can get nothing any more throw `queue_shut_down`.
  void shutdown(bool immediate = false) {
    shut_down_ = true;
    if (immediate) {
      unfinished_ -= items_.size();
      items_.clear();
      if (unfinished_ == 0) joiners_.wake_all();
    }
    putters_.wake_all();
    if (items_.empty()) getters_.wake_all();
  }

 private:
  void add(T&& item) {
    ++unfinished_;
    if (!getters_.empty()) {
      // Straight into the oldest getter's hands, so that nobody can take it before that runs.
      static_cast<getting*>(getters_.front())->item_.emplace(std::move(item));
      getters_.wake_front();
    } else {
      items_.push_back(std::move(item));
    }
  }

  T take() {
    T item = std::move(items_.front());
    items_.pop_front();
    if (!putters_.empty()) {
      auto& oldest = *static_cast<putting*>(putters_.front());
      oldest.added_ = true;
      ++unfinished_;
      items_.push_back(std::move(oldest.item_));
      putters_.wake_front();
    }
    return item;
  }

  std::deque<T> items_;
  std::size_t capacity_;
  std::size_t unfinished_ = 0;
  bool shut_down_ = false;
  detail::wait_queue getters_;  // empty whenever there are items
  detail::wait_queue putters_;  // empty whenever there is room
  detail::wait_queue joiners_;
};

template <class T>
class queue<T>::putting final : public detail::waiter {
 public:
  putting(queue& q, T&& item) : queue_(q), item_(std::move(item)) {}
  bool suspend(detail::frame& owner) {
    if (queue_.shut_down_) return false;
    if (!queue_.full()) {
      queue_.add(std::move(item_));
      added_ = true;
      return pass(owner);
    }
    if (park(owner)) queue_.putters_.add(*this);
    return true;
  }
  void await_resume() const {
    if (!added_) throw queue_shut_down();
  }

 private:
  friend class queue;
  [[nodiscard]] const char* describe() const noexcept override { return "queue full"; }
  queue& queue_;
  T item_;
  bool added_ = false;
};

template <class T>
class queue<T>::getting final : public detail::waiter {
 public:
  explicit getting(queue& q) noexcept : queue_(q) {}
  bool suspend(detail::frame& owner) {
    if (!queue_.items_.empty()) {
      item_.emplace(queue_.take());
      return pass(owner);
    }
    if (queue_.shut_down_) return false;
    if (park(owner)) queue_.getters_.add(*this);
    return true;
  }
  T await_resume() {
    if (!item_) throw queue_shut_down();
    return std::move(*item_);
  }

 private:
  friend class queue;
  [[nodiscard]] const char* describe() const noexcept override { return "queue empty"; }
  queue& queue_;
  std::optional<T> item_;
};

template <class T>
class queue<T>::joining final : public detail::waiter {
 public:
  explicit joining(queue& q) noexcept : queue_(q) {}
  bool suspend(detail::frame& owner) noexcept {
    if (queue_.unfinished_ == 0) return pass(owner);
    if (park(owner)) queue_.joiners_.add(*this);
    return true;
  }
  void await_resume() const noexcept {}

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "queue join"; }
  queue& queue_;
};

}  // namespace eddy
