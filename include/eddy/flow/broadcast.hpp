// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include <eddy/flow/detail/oldest_first.hpp>
#include <eddy/flow/detail/wait_queue.hpp>

namespace eddy {

/// What happens to a reader whose queue is full when the next item is sent.
enum class slow_reader : std::uint8_t {
  wait,         ///< the sender waits for it, and so do the other readers
  drop_oldest,  ///< it loses its oldest item, and can see how many it lost
  disconnect,   ///< it gets no more, reads what it has, and then learns of it by an error
};

/// How much one reader may lag behind, and what happens then.
struct reader_options {
  std::size_t capacity = 16;  ///< items held for this reader at most
  slow_reader when_full = slow_reader::wait;
};

/// What `broadcast::send` throws once the broadcast is closed.
class broadcast_closed : public std::runtime_error {
 public:
  broadcast_closed() : std::runtime_error("the broadcast was closed") {}
};

/// What a reader throws that was disconnected, once it has read what it had.
class reader_disconnected : public std::runtime_error {
 public:
  reader_disconnected()
      : std::runtime_error("the reader was disconnected from the broadcast: its queue was full") {}
};

/// Gives every item to all readers, each from a bounded queue of its own.
///
/// `auto reader = news.subscribe(); while (auto item = co_await reader.next()) …` A reader gets
/// what is sent from its `subscribe` on, and has a copy of every item: send a `std::shared_ptr`
/// where that is too much. Memory is the sum of the capacities.
/// Lifetime: must outlive its readers and senders.
template <class T>
class broadcast {
  struct seat;

 public:
  class reader;
  class reading;
  class sending;

  broadcast() = default;
  broadcast(const broadcast&) = delete;
  broadcast& operator=(const broadcast&) = delete;
  ~broadcast() { assert(seats_.empty() && "a broadcast was destroyed before its readers"); }

  /// Errors: throws `std::invalid_argument` for a capacity of 0.
  [[nodiscard]] reader subscribe(reader_options options = {}) {
    if (options.capacity == 0) {
      throw std::invalid_argument("eddy: broadcast::subscribe() needs a capacity of 1 at least");
    }
    auto place = std::make_unique<seat>(*this, options);
    seats_.push_back(place.get());
    return reader(std::move(place));
  }

  /// Waits for room with all readers that are to be waited for, then gives `item` to all at once.
  /// Senders are served in arrival order. Errors: throws `broadcast_closed`.
  /// Cancellation: safe; an item whose `send` was cancelled was given to nobody.
  [[nodiscard("co_await it")]] sending send(T item) { return sending(*this, std::move(item)); }

  /// Sends `item` if that needs no wait. Errors: throws `broadcast_closed`.
  bool try_send(const T& item) {
    if (closed_) throw broadcast_closed();
    if (!ready()) return false;
    deliver(item);
    return true;
  }

  /// The end: readers read what they have and then get nothing; senders that wait throw.
  void close() noexcept {
    closed_ = true;
    senders_.wake_all();
    for (seat* each : seats_) each->waiting.wake_all();
  }

  [[nodiscard]] bool closed() const noexcept { return closed_; }
  /// How many are connected.
  [[nodiscard]] std::size_t readers() const noexcept { return seats_.size(); }

 private:
  /// A reader's queue. It stays where it is when the reader is moved.
  struct seat {
    seat(broadcast& of, reader_options with) : from(of), options(with) {}
    [[nodiscard]] bool full() const noexcept { return items.size() >= options.capacity; }
    [[nodiscard]] bool blocks() const noexcept {
      return connected && full() && options.when_full == slow_reader::wait;
    }

    broadcast& from;
    reader_options options;
    detail::oldest_first<T> items;
    std::size_t dropped = 0;
    bool connected = true;
    bool told = false;           // that it was disconnected
    detail::wait_queue waiting;  // empty whenever there are items
  };

  [[nodiscard]] bool ready() const noexcept { return blocking_ == 0 && senders_.empty(); }

  void deliver(const T& item) {
    bool lost_any = false;
    for (seat* each : seats_) {
      if (!each->waiting.empty()) {
        static_cast<reading&>(each->waiting.front()).item_.emplace(item);
        each->waiting.wake_front();
      } else if (each->full() && each->options.when_full == slow_reader::disconnect) {
        each->connected = false;
        lost_any = true;
      } else {
        if (each->full()) {
          (void)each->items.pop();
          ++each->dropped;
        }
        each->items.push(T(item));
        if (each->blocks()) ++blocking_;
      }
    }
    if (lost_any) std::erase_if(seats_, [](const seat* each) { return !each->connected; });
  }

  T take(seat& of) {
    const bool blocked = of.blocks();
    T item = of.items.pop();
    if (blocked) unblock();
    return item;
  }

  void leave(seat& leaver) {
    const bool blocked = leaver.blocks();
    if (leaver.connected) std::erase(seats_, &leaver);
    if (blocked) unblock();
  }

  void unblock() {
    --blocking_;
    while (blocking_ == 0 && !senders_.empty()) {
      auto& oldest = static_cast<sending&>(senders_.front());
      deliver(oldest.item_);
      oldest.sent_ = true;
      senders_.wake_front();
    }
  }

  std::vector<seat*> seats_;  // of those connected
  std::size_t blocking_ = 0;  // how many of them the senders wait for
  bool closed_ = false;
  detail::wait_queue senders_;  // empty whenever nobody blocks
};

/// One reader's end. Destroying it ends the subscription.
template <class T>
class [[nodiscard("a reader that is dropped reads nothing")]] broadcast<T>::reader {
 public:
  reader(reader&&) noexcept = default;
  reader& operator=(reader&& other) noexcept {
    std::swap(seat_, other.seat_);
    return *this;
  }
  ~reader() {
    if (seat_ != nullptr) seat_->from.leave(*seat_);
  }

  /// Waits for the next item; nothing once the broadcast is closed and all was read.
  /// Errors: throws `reader_disconnected`, once. Cancellation: safe; no item is lost.
  [[nodiscard("co_await it")]] reading next() noexcept { return reading(*seat_); }

  /// How many items it lost by `slow_reader::drop_oldest`.
  [[nodiscard]] std::size_t dropped() const noexcept { return seat_->dropped; }
  /// How many items are there for it.
  [[nodiscard]] std::size_t size() const noexcept { return seat_->items.size(); }
  [[nodiscard]] bool connected() const noexcept { return seat_->connected; }

 private:
  friend class broadcast;
  explicit reader(std::unique_ptr<seat> place) noexcept : seat_(std::move(place)) {}
  std::unique_ptr<seat> seat_;
};

template <class T>
class broadcast<T>::reading final : public detail::waiter {
 public:
  explicit reading(seat& place) noexcept : seat_(place) {}
  bool suspend(detail::frame& owner) {
    if (seat_.items.size() > 0) {
      item_.emplace(seat_.from.take(seat_));
      return pass(owner);
    }
    if (!seat_.connected || seat_.from.closed_) return pass(owner);
    if (park(owner)) seat_.waiting.add(*this);
    return true;
  }
  std::optional<T> await_resume() {
    if (!item_ && !seat_.connected && !std::exchange(seat_.told, true)) throw reader_disconnected();
    return std::move(item_);
  }

 private:
  friend class broadcast;
  [[nodiscard]] const char* describe() const noexcept override { return "broadcast empty"; }
  seat& seat_;
  std::optional<T> item_;
};

template <class T>
class broadcast<T>::sending final : public detail::waiter {
 public:
  sending(broadcast& to, T&& item) : to_(to), item_(std::move(item)) {}
  bool suspend(detail::frame& owner) {
    if (to_.closed_) return false;
    if (to_.ready()) {
      to_.deliver(item_);
      sent_ = true;
      return pass(owner);
    }
    if (park(owner)) to_.senders_.add(*this);
    return true;
  }
  void await_resume() const {
    if (!sent_) throw broadcast_closed();
  }

 private:
  friend class broadcast;
  [[nodiscard]] const char* describe() const noexcept override {
    return "broadcast, a slow reader";
  }
  broadcast& to_;
  T item_;
  bool sent_ = false;
};

}  // namespace eddy
