// SPDX-License-Identifier: MIT
#pragma once

// The least that can be called a coroutine runtime: it has no cancellation, no errors, no threads
// and no clean-up. What it costs is what the work itself costs; everything above is ours to
// justify.

#include <array>
#include <coroutine>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <utility>
#include <vector>

namespace limit {

/// Free lists of frames by size, carved from large blocks that are never given back.
class frame_pool {
 public:
  static void* allocate(std::size_t size) {
    const std::size_t size_class = (size + step - 1) / step;
    if (size_class >= classes) return std::malloc(size);
    if (block* b = free_[size_class]) {
      free_[size_class] = b->next;
      return b;
    }
    return carve(size_class * step);
  }
  static void release(void* memory, std::size_t size) noexcept {
    const std::size_t size_class = (size + step - 1) / step;
    if (size_class >= classes) return std::free(memory);
    auto* b = static_cast<block*>(memory);
    b->next = free_[size_class];
    free_[size_class] = b;
  }

 private:
  struct block {
    block* next;
  };
  static void* carve(std::size_t size) {
    if (static_cast<std::size_t>(end_ - begin_) < size) {
      begin_ = static_cast<char*>(std::malloc(chunk));
      end_ = begin_ + chunk;
    }
    return std::exchange(begin_, begin_ + size);
  }

  static constexpr std::size_t step = 32;
  static constexpr std::size_t classes = 64;
  static constexpr std::size_t chunk = 1 << 20;
  static inline std::array<block*, classes> free_{};
  static inline char* begin_ = nullptr;
  static inline char* end_ = nullptr;
};

struct pooled {
  static void* operator new(std::size_t size) { return frame_pool::allocate(size); }
  static void operator delete(void* frame, std::size_t size) noexcept {
    frame_pool::release(frame, size);
  }
};

/// A ring that is large enough for every row, so that pushing never has to look.
class run_queue {
 public:
  void push(std::coroutine_handle<> frame) noexcept { ring_[tail_++ & mask] = frame; }
  [[nodiscard]] bool empty() const noexcept { return head_ == tail_; }
  void run() {
    while (!empty()) ring_[head_++ & mask].resume();
  }

 private:
  static constexpr std::size_t mask = (1 << 21) - 1;
  std::vector<std::coroutine_handle<>> ring_ = std::vector<std::coroutine_handle<>>(mask + 1);
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
};

inline run_queue ready;

template <class T>
class [[nodiscard]] task {
 public:
  struct promise_type : pooled {
    std::coroutine_handle<> waiter;
    bool started = false;
    bool done = false;
    T value{};

    task get_return_object() noexcept { return task(*this); }
    [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
    struct resume_waiter {
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) noexcept {
        self.promise().done = true;
        if (!self.promise().waiter) return std::noop_coroutine();
        return self.promise().waiter;
      }
      void await_resume() const noexcept {}
    };
    [[nodiscard]] resume_waiter final_suspend() const noexcept { return {}; }
    void return_value(T result) noexcept { value = result; }
    [[noreturn]] void unhandled_exception() noexcept { std::terminate(); }
  };

  task(task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  task& operator=(task&&) = delete;
  ~task() {
    if (frame_) frame_.destroy();
  }

  /// Runs it beside its maker, who may await it later.
  void start() {
    frame_.promise().started = true;
    ready.push(frame_);
  }
  [[nodiscard]] bool done() const noexcept { return frame_.promise().done; }

  [[nodiscard]] bool await_ready() const noexcept { return done(); }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiter) noexcept {
    frame_.promise().waiter = waiter;
    if (std::exchange(frame_.promise().started, true)) return std::noop_coroutine();
    return frame_;
  }
  T await_resume() const noexcept { return frame_.promise().value; }

 private:
  explicit task(promise_type& promise) noexcept
      : frame_(std::coroutine_handle<promise_type>::from_promise(promise)) {}

  std::coroutine_handle<promise_type> frame_;
};

struct yield {
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> frame) const noexcept { ready.push(frame); }
  void await_resume() const noexcept {}
};

}  // namespace limit
