// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include <eddy/flow/detail/wait_queue.hpp>

namespace eddy {

/// Caps how many tasks use a resource at the same time.
///
/// `acquire()` gives a `permit`; destroying the permit gives it back. Waiters are served in arrival
/// order, and a returned permit goes straight to the oldest of them: nobody overtakes.
/// Lifetime: must outlive its permits and waiters.
class semaphore {
 public:
  class permit;
  class acquiring;

  explicit semaphore(std::size_t permits) noexcept : free_(permits) {}
  semaphore(const semaphore&) = delete;
  semaphore& operator=(const semaphore&) = delete;

  /// Waits for a free permit and takes it. Cancellation: safe; an abandoned wait holds nothing.
  [[nodiscard("co_await it")]] acquiring acquire() noexcept;

  /// Takes a permit only if one is free now and nobody waits.
  [[nodiscard]] std::optional<permit> try_acquire() noexcept;

  [[nodiscard]] std::size_t available() const noexcept { return free_; }

 private:
  void release() noexcept {
    // Handed over without touching free_: were it counted as free, a try_acquire() before the
    // waiter runs would take it.
    if (waiters_.empty()) {
      ++free_;
    } else {
      waiters_.wake_front();
    }
  }

  std::size_t free_;  // 0 whenever somebody waits
  detail::wait_queue waiters_;
};

/// The right to use what a semaphore guards; gives it back when destroyed.
class [[nodiscard("a permit that is dropped is given back at once")]] semaphore::permit {
 public:
  explicit permit(semaphore& from) noexcept : from_(&from) {}
  permit(permit&& other) noexcept : from_(std::exchange(other.from_, nullptr)) {}
  permit& operator=(permit&& other) noexcept {
    std::swap(from_, other.from_);
    return *this;
  }
  ~permit() { release(); }
  /// Gives it back now.
  void release() noexcept {
    if (semaphore* s = std::exchange(from_, nullptr)) s->release();
  }

 private:
  semaphore* from_;
};

class semaphore::acquiring final : public detail::waiter {
 public:
  explicit acquiring(semaphore& s) noexcept : semaphore_(s) {}
  bool suspend(detail::frame& owner) noexcept {
    if (semaphore_.free_ > 0) {
      --semaphore_.free_;
      return pass(owner);
    }
    if (park(owner)) semaphore_.waiters_.add(*this);
    return true;
  }
  permit await_resume() const noexcept { return permit(semaphore_); }

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "semaphore"; }
  semaphore& semaphore_;
};

inline semaphore::acquiring semaphore::acquire() noexcept { return acquiring(*this); }

inline std::optional<semaphore::permit> semaphore::try_acquire() noexcept {
  if (free_ == 0) return std::nullopt;
  --free_;
  return permit(*this);
}

}  // namespace eddy
