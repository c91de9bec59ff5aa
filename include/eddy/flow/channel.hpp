// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <cstddef>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <eddy/flow/detail/exchange.hpp>

namespace eddy {

/// Hands items from tasks and threads to tasks and threads, on whatever loops they run: `queue`
/// across threads.
///
/// At most `capacity` items are held; then senders wait. Each item goes to one receiver. Both lines
/// are served in arrival order, so the items of one sender stay in order. A stream too:
/// `EDDY_FOR (auto& x, ch)` runs until the channel is closed and empty.
/// Lifetime: must outlive all who use it. Thread safety: any thread.
template <class T>
class channel {
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "channel<T>: T must move without throwing, or an item could be lost between two "
                "threads; send a std::unique_ptr of it");

 public:
  class sending;
  class receiving;

  /// With a `capacity` of 0 a sender waits until a receiver takes its item.
  explicit channel(std::size_t capacity) : ring_(capacity) {}
  channel(const channel&) = delete;
  channel& operator=(const channel&) = delete;
  ~channel() {
    assert(senders_.empty() && receivers_.empty() && "a channel was destroyed while in use");
  }

  /// Waits for room and adds `item`. False: the channel is closed, and the item was not sent.
  /// Cancellation: safe; a send that was cancelled did not happen.
  [[nodiscard("co_await it")]] sending send(T item) { return sending(*this, std::move(item)); }

  /// Waits for an item and takes it; empty when the channel is closed and none are left.
  /// Cancellation: safe; no item is lost.
  [[nodiscard("co_await it")]] receiving receive() noexcept { return receiving(*this); }
  /// `receive`, as streams call it.
  [[nodiscard("co_await it")]] receiving next() noexcept { return receive(); }

  /// Adds `item` if there is room now; false, with `item` untouched, if not, or closed.
  bool try_send(T&& item);
  /// Takes an item if there is one now.
  [[nodiscard]] std::optional<T> try_receive();

  /// `send` for threads that run no loop. Errors: throws `std::logic_error` on a loop's thread.
  bool send_blocking(T item);
  /// `receive` for threads that run no loop. Errors: throws `std::logic_error` on a loop's thread.
  [[nodiscard]] std::optional<T> receive_blocking();

  /// No more items: senders that wait are refused, receivers drain what is there. A second time
  /// does nothing.
  void close() noexcept;

  [[nodiscard]] bool closed() const;
  /// Items held now.
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::size_t capacity() const noexcept { return ring_.size(); }

 private:
  enum class answer : bool { wait, done };
  using one = detail::exchange<T>;

  // All of these: the mutex is held; `to_wake` is to be served without it.
  answer offer(T& item, bool& sent, one*& to_wake) noexcept;
  answer collect(std::optional<T>& into, one*& to_wake) noexcept;
  void store(T&& item) noexcept {
    ring_[(first_ + held_++) % ring_.size()].emplace(std::move(item));
  }

  static void refuse_on_loop(const char* what, const char* instead) {
    if (loop::current() == nullptr) return;
    throw std::logic_error(std::string("eddy: ") + what +
                           " would stop the loop of this thread: co_await " + instead);
  }

  mutable std::mutex mutex_;
  std::vector<std::optional<T>> ring_;
  std::size_t first_ = 0;
  std::size_t held_ = 0;
  bool closed_ = false;
  detail::exchange_line<T> senders_;    // empty unless the ring is full
  detail::exchange_line<T> receivers_;  // empty unless the ring is
};

template <class T>
class channel<T>::sending final : public detail::waiting_task<T> {
 public:
  sending(channel& c, T&& item) noexcept : detail::waiting_task<T>(c.mutex_), channel_(c) {
    this->item.emplace(std::move(item));
  }
  bool suspend(detail::frame& owner) {
    one* to_wake = nullptr;
    {
      const std::lock_guard lock(channel_.mutex_);
      if (channel_.offer(*this->item, this->sent, to_wake) == answer::wait) {
        this->get_in(channel_.senders_, owner);
        return true;
      }
    }
    if (to_wake != nullptr) to_wake->served();
    return this->pass(owner);
  }
  bool await_resume() const noexcept { return this->sent; }

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "channel full"; }
  channel& channel_;
};

template <class T>
class channel<T>::receiving final : public detail::waiting_task<T> {
 public:
  explicit receiving(channel& c) noexcept : detail::waiting_task<T>(c.mutex_), channel_(c) {}
  bool suspend(detail::frame& owner) {
    one* to_wake = nullptr;
    {
      const std::lock_guard lock(channel_.mutex_);
      if (channel_.collect(this->item, to_wake) == answer::wait) {
        this->get_in(channel_.receivers_, owner);
        return true;
      }
    }
    if (to_wake != nullptr) to_wake->served();
    return this->pass(owner);
  }
  std::optional<T> await_resume() noexcept { return std::move(this->item); }

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "channel empty"; }
  channel& channel_;
};

template <class T>
auto channel<T>::offer(T& item, bool& sent, one*& to_wake) noexcept -> answer {
  if (closed_) return answer::done;
  if (one* oldest = receivers_.take(); oldest != nullptr) {
    // Straight into its hands, so that nobody can take it before that runs.
    oldest->item.emplace(std::move(item));
    to_wake = oldest;
  } else if (held_ < ring_.size()) {
    store(std::move(item));
  } else {
    return answer::wait;
  }
  sent = true;
  return answer::done;
}

template <class T>
auto channel<T>::collect(std::optional<T>& into, one*& to_wake) noexcept -> answer {
  one* sender = nullptr;
  if (held_ > 0) {
    std::optional<T>& oldest = ring_[first_];
    into.emplace(std::move(*oldest));
    oldest.reset();
    first_ = (first_ + 1) % ring_.size();
    --held_;
    sender = senders_.take();
    if (sender != nullptr) store(std::move(*sender->item));
  } else {
    sender = senders_.take();
    if (sender == nullptr) return closed_ ? answer::done : answer::wait;
    into.emplace(std::move(*sender->item));
  }
  if (sender != nullptr) sender->sent = true;
  to_wake = sender;
  return answer::done;
}

template <class T>
bool channel<T>::try_send(T&& item) {
  bool sent = false;
  one* to_wake = nullptr;
  {
    const std::lock_guard lock(mutex_);
    static_cast<void>(offer(item, sent, to_wake));
  }
  if (to_wake != nullptr) to_wake->served();
  return sent;
}

template <class T>
std::optional<T> channel<T>::try_receive() {
  std::optional<T> item;
  one* to_wake = nullptr;
  {
    const std::lock_guard lock(mutex_);
    static_cast<void>(collect(item, to_wake));
  }
  if (to_wake != nullptr) to_wake->served();
  return item;
}

template <class T>
bool channel<T>::send_blocking(T item) {
  refuse_on_loop("send_blocking", "send");
  detail::waiting_thread<T> self;
  one* to_wake = nullptr;
  {
    std::unique_lock lock(mutex_);
    if (offer(item, self.sent, to_wake) == answer::wait) {
      self.item.emplace(std::move(item));
      senders_.add(self);
      lock.unlock();
      self.wait();
    }
  }
  if (to_wake != nullptr) to_wake->served();
  return self.sent;
}

template <class T>
std::optional<T> channel<T>::receive_blocking() {
  refuse_on_loop("receive_blocking", "receive");
  detail::waiting_thread<T> self;
  one* to_wake = nullptr;
  {
    std::unique_lock lock(mutex_);
    if (collect(self.item, to_wake) == answer::wait) {
      receivers_.add(self);
      lock.unlock();
      self.wait();
    }
  }
  if (to_wake != nullptr) to_wake->served();
  return std::move(self.item);
}

template <class T>
void channel<T>::close() noexcept {
  for (;;) {
    one* waiter = nullptr;
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
      waiter = receivers_.take();
      if (waiter == nullptr) waiter = senders_.take();
    }
    if (waiter == nullptr) return;
    waiter->served();
  }
}

template <class T>
bool channel<T>::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

template <class T>
std::size_t channel<T>::size() const {
  const std::lock_guard lock(mutex_);
  return held_;
}

}  // namespace eddy
