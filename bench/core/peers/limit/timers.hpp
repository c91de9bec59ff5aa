// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "runtime.hpp"

namespace limit {

using clock = std::chrono::steady_clock;

/// A 4-ary heap of sleepers, for timers that expire.
class sleepers {
 public:
  [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }
  [[nodiscard]] clock::time_point first() const noexcept { return heap_.front().deadline; }

  void push(clock::time_point deadline, std::coroutine_handle<> frame) {
    std::size_t i = heap_.size();
    heap_.push_back({deadline, frame});
    for (; i > 0 && deadline < heap_[(i - 1) / arity].deadline; i = (i - 1) / arity) {
      heap_[i] = heap_[(i - 1) / arity];
    }
    heap_[i] = {deadline, frame};
  }

  std::coroutine_handle<> pop() {
    const std::coroutine_handle<> first = heap_.front().frame;
    const sleeper last = heap_.back();
    heap_.pop_back();
    if (heap_.empty()) return first;
    std::size_t i = 0;
    for (;;) {
      const std::size_t begin = i * arity + 1;
      if (begin >= heap_.size()) break;
      const std::size_t end = std::min(begin + arity, heap_.size());
      std::size_t least = begin;
      for (std::size_t k = begin + 1; k < end; ++k) {
        if (heap_[k].deadline < heap_[least].deadline) least = k;
      }
      if (heap_[least].deadline >= last.deadline) break;
      heap_[i] = heap_[least];
      i = least;
    }
    heap_[i] = last;
    return first;
  }

 private:
  struct sleeper {
    clock::time_point deadline;
    std::coroutine_handle<> frame;
  };
  static constexpr std::size_t arity = 4;
  std::vector<sleeper> heap_;
};

inline sleepers sleeping;

struct sleep_until {
  clock::time_point deadline;
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> frame) const { sleeping.push(deadline, frame); }
  void await_resume() const noexcept {}
};

/// A hashed wheel, for timers that are cancelled: both ends of one are a few stores.
class timer_wheel {
 public:
  struct timer {
    timer* next = this;
    timer* previous = this;
    clock::time_point deadline{};
  };

  void arm(timer& t, clock::time_point deadline) noexcept {
    const auto tick = static_cast<std::uint64_t>(deadline.time_since_epoch().count()) >> tick_bits;
    timer& slot = slots_[tick % slots];
    t.deadline = deadline;
    t.next = &slot;
    t.previous = slot.previous;
    t.previous->next = slot.previous = &t;
  }
  static void disarm(timer& t) noexcept {
    t.previous->next = t.next;
    t.next->previous = t.previous;
  }

 private:
  static constexpr int tick_bits = 20;  // about a millisecond
  static constexpr std::size_t slots = 4096;
  std::array<timer, slots> slots_;
};

template <class T>
T run(task<T> main) {
  main.start();
  for (;;) {
    ready.run();
    if (main.done()) return main.await_resume();
    std::this_thread::sleep_until(sleeping.first());
    const clock::time_point now = clock::now();
    while (!sleeping.empty() && sleeping.first() <= now) ready.push(sleeping.pop());
  }
}

}  // namespace limit
