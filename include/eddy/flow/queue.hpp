// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>

#include <eddy/flow/detail/oldest_first.hpp>
#include <eddy/flow/detail/wait_queue.hpp>

namespace eddy {

/// What `put` throws on a queue that was shut down, and `get` once it is empty too.
class queue_shut_down : public std::runtime_error {
 public:
  queue_shut_down() : std::runtime_error("the queue was shut down") {}
};

/// What a queue holds at most; both bounds apply.
struct queue_limits {
  std::size_t items = 0;  ///< held at most; 0 for no bound
  std::size_t bytes = 0;  ///< held at most, as the queue's size function counts; 0 for no bound
};

/// Hands items from tasks that produce to tasks that consume, first in, first out; `lifo_queue` and
/// `priority_queue` are the same in another order.
///
/// A full queue makes `put` wait, an empty one `get`; both lines are served in arrival order and a
/// cancelled waiter loses no item and no place. `task_done` and `join` follow unfinished work.
/// Lifetime: must outlive its waiters.
template <class T, class Order = detail::oldest_first<T>>
class queue {
 public:
  class putting;
  class getting;
  class joining;
  using size_function = std::size_t (*)(const T&);

  /// `capacity`: items held at most; 0 for no bound.
  explicit queue(std::size_t capacity = 0) noexcept : capacity_(bound(capacity)) {}

  /// Bounded by what the items take as well: `queue<std::string> q({.bytes = 1 << 20}, size_of);`
  /// An item that is larger than the bound is let in when the queue is empty.
  /// Requires: `size_of` says the same of an item whenever it is asked.
  queue(queue_limits limits, size_function size_of) noexcept
      : capacity_(bound(limits.items)), byte_limit_(bound(limits.bytes)), size_of_(size_of) {}

  queue(const queue&) = delete;
  queue& operator=(const queue&) = delete;

  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  [[nodiscard]] bool empty() const noexcept { return items_.size() == 0; }
  [[nodiscard]] bool full() const noexcept { return size() >= capacity_ || bytes_ >= byte_limit_; }
  /// What the items held take, by the size function; 0 without one.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::size_t unfinished() const noexcept { return unfinished_; }

  /// Waits for room and adds `item`. Errors: throws `queue_shut_down`.
  /// Cancellation: safe; an item whose `put` was cancelled was not added.
  [[nodiscard("co_await it")]] putting put(T item) { return putting(*this, std::move(item)); }

  /// Waits for an item and takes it. Errors: throws `queue_shut_down` when none can come any more.
  /// Cancellation: safe; no item is lost.
  [[nodiscard("co_await it")]] getting get() noexcept { return getting(*this); }

  /// Adds `item` if there is room now and nobody waits to; false, with `item` untouched, if not.
  /// Errors: throws `queue_shut_down`.
  bool try_put(T&& item) {
    if (shut_down_) throw queue_shut_down();
    if (!has_room(item)) return false;
    add(std::move(item));
    return true;
  }

  /// Takes an item if there is one now.
  [[nodiscard]] std::optional<T> try_get() {
    if (empty()) return std::nullopt;
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

  /// No more `put`; `get` still drains what is there. With `immediate` the items are dropped, and
  /// count as done. Waiters that can get nothing any more throw `queue_shut_down`.
  void shutdown(bool immediate = false) {
    shut_down_ = true;
    if (immediate) {
      unfinished_ -= items_.size();
      items_.clear();
      bytes_ = 0;
      if (unfinished_ == 0) joiners_.wake_all();
    }
    putters_.wake_all();
    if (empty()) getters_.wake_all();
  }

 private:
  static constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t bound(std::size_t limit) noexcept {
    return limit == 0 ? unbounded : limit;
  }

  [[nodiscard]] bool fits(const T& item) const {
    if (size() >= capacity_) return false;
    if (size_of_ == nullptr || empty()) return true;
    return bytes_ < byte_limit_ && size_of_(item) <= byte_limit_ - bytes_;
  }
  // A small item must not pass a large one that waits.
  [[nodiscard]] bool has_room(const T& item) const { return putters_.empty() && fits(item); }

  void add(T&& item) {
    if (getters_.empty()) {
      store(std::move(item));
    } else {
      hand_over(std::move(item));
    }
    ++unfinished_;
  }

  void hand_over(T&& item) {
    // Straight into the oldest getter's hands, so that nobody can take it before that runs.
    static_cast<getting&>(getters_.front()).item_.emplace(std::move(item));
    getters_.wake_front();
  }

  void store(T&& item) {
    if (size_of_ != nullptr) bytes_ += size_of_(item);
    items_.push(std::move(item));
  }

  T take() {
    T item = items_.pop();
    if (size_of_ != nullptr) bytes_ = empty() ? 0 : bytes_ - std::min(bytes_, size_of_(item));
    if (!putters_.empty()) admit();
    return item;
  }

  void admit() {
    while (!putters_.empty()) {
      auto& oldest = static_cast<putting&>(putters_.front());
      if (!fits(oldest.item_)) return;
      store(std::move(oldest.item_));
      ++unfinished_;
      oldest.added_ = true;
      putters_.wake_front();
    }
  }

  Order items_;
  std::size_t capacity_;
  std::size_t byte_limit_ = unbounded;
  std::size_t bytes_ = 0;
  size_function size_of_ = nullptr;
  std::size_t unfinished_ = 0;
  bool shut_down_ = false;
  detail::wait_queue getters_;  // empty whenever there are items
  detail::wait_queue putters_;  // the first of them does not fit
  detail::wait_queue joiners_;
};

template <class T, class Order>
class queue<T, Order>::putting final : public detail::waiter {
 public:
  putting(queue& q, T&& item) : queue_(q), item_(std::move(item)) {}
  bool suspend(detail::frame& owner) {
    if (queue_.shut_down_) return false;
    if (queue_.has_room(item_)) {
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
  void cancel(detail::frame& owner, bool hard) noexcept override {
    waiter::cancel(owner, hard);
    queue_.admit();  // a smaller item may have waited only because this one stood before it
  }
  [[nodiscard]] const char* describe() const noexcept override { return "queue full"; }
  queue& queue_;
  T item_;
  bool added_ = false;
};

template <class T, class Order>
class queue<T, Order>::getting final : public detail::waiter {
 public:
  explicit getting(queue& q) noexcept : queue_(q) {}
  bool suspend(detail::frame& owner) {
    if (!queue_.empty()) {
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

template <class T, class Order>
class queue<T, Order>::joining final : public detail::waiter {
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
