// SPDX-License-Identifier: MIT
#pragma once

// A queue, a generator and a mutex for one waiter on each side.

#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include "runtime.hpp"

namespace limit {

template <class T>
class queue {
 public:
  explicit queue(std::size_t capacity) : items_(capacity) {}

  struct putting {
    queue& q;
    T item;
    [[nodiscard]] bool await_ready() const noexcept { return q.offer(item); }
    void await_suspend(std::coroutine_handle<> putter) noexcept {
      q.putter_ = putter;
      q.offered_ = &item;
    }
    void await_resume() const noexcept {}
  };
  struct getting {
    queue& q;
    T item{};
    [[nodiscard]] bool await_ready() noexcept { return q.take(item); }
    void await_suspend(std::coroutine_handle<> getter) noexcept {
      q.getter_ = getter;
      q.wanted_ = &item;
    }
    T await_resume() const noexcept { return item; }
  };

  putting put(T item) noexcept { return {*this, item}; }
  getting get() noexcept { return {*this}; }

 private:
  bool offer(T item) noexcept {
    if (getter_) {
      *wanted_ = item;
      ready.push(std::exchange(getter_, nullptr));
      return true;
    }
    if (size_ == items_.size()) return false;
    store(item);
    return true;
  }
  bool take(T& item) noexcept {
    if (size_ == 0) return false;
    item = items_[head_];
    if (++head_ == items_.size()) head_ = 0;
    --size_;
    if (putter_) {
      store(*offered_);
      ready.push(std::exchange(putter_, nullptr));
    }
    return true;
  }
  void store(T item) noexcept {
    std::size_t end = head_ + size_++;
    if (end >= items_.size()) end -= items_.size();
    items_[end] = item;
  }

  std::vector<T> items_;
  std::size_t head_ = 0;
  std::size_t size_ = 0;
  std::coroutine_handle<> getter_;
  std::coroutine_handle<> putter_;
  T* wanted_ = nullptr;
  const T* offered_ = nullptr;
};

template <class T>
class [[nodiscard]] generator {
 public:
  struct promise_type : pooled {
    std::coroutine_handle<> consumer;
    std::optional<T> value;

    generator get_return_object() noexcept { return generator(*this); }
    [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
    struct resume_consumer {
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) noexcept {
        return self.promise().consumer;
      }
      void await_resume() const noexcept {}
    };
    resume_consumer yield_value(T next) noexcept {
      value = next;
      return {};
    }
    [[nodiscard]] resume_consumer final_suspend() noexcept {
      value.reset();
      return {};
    }
    void return_void() const noexcept {}
    [[noreturn]] void unhandled_exception() noexcept { std::terminate(); }
  };

  generator(const generator&) = delete;
  generator& operator=(const generator&) = delete;
  ~generator() { frame_.destroy(); }

  struct next_value {
    std::coroutine_handle<promise_type> frame;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> consumer) const noexcept {
      frame.promise().consumer = consumer;
      return frame;
    }
    std::optional<T> await_resume() const noexcept { return frame.promise().value; }
  };
  next_value next() const noexcept { return {frame_}; }

 private:
  explicit generator(promise_type& promise) noexcept
      : frame_(std::coroutine_handle<promise_type>::from_promise(promise)) {}

  std::coroutine_handle<promise_type> frame_;
};

/// Never contended in the row that uses it, so nobody ever waits.
class mutex {
 public:
  struct locking {
    mutex& m;
    [[nodiscard]] bool await_ready() const noexcept { return !std::exchange(m.locked_, true); }
    [[noreturn]] void await_suspend(std::coroutine_handle<>) const noexcept { std::terminate(); }
    void await_resume() const noexcept {}
  };
  locking lock() noexcept { return {*this}; }
  void unlock() noexcept { locked_ = false; }

 private:
  bool locked_ = false;
};

}  // namespace limit
