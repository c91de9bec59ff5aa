// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include <eddy/flow/detail/wait_queue.hpp>

namespace eddy {

/// Lets many readers or one writer into a section that contains a `co_await`.
///
/// `auto guard = co_await m.lock_shared();` Readers and writers enter in arrival order, readers
/// that stand side by side together. A writer that waits stops the readers that come after it, so
/// neither kind starves the other.
/// Lifetime: must outlive its guards and waiters.
/// Requires: a task that holds it does not wait for it again, not even to read twice: a writer in
/// between would wait for the first and hold back the second for ever.
class shared_mutex {
  template <bool Shared>
  class basic_guard;
  class entering;
  template <bool Shared>
  class locking;

 public:
  using guard = basic_guard<false>;
  using shared_guard = basic_guard<true>;

  shared_mutex() = default;
  shared_mutex(const shared_mutex&) = delete;
  shared_mutex& operator=(const shared_mutex&) = delete;

  /// Waits until nobody is inside and enters alone.
  /// Cancellation: safe; an abandoned wait holds nothing and no longer stops readers.
  [[nodiscard("co_await it")]] locking<false> lock() noexcept;
  /// Waits until no writer is inside or ahead in line and enters beside other readers.
  /// Cancellation: safe; an abandoned wait holds nothing.
  [[nodiscard("co_await it")]] locking<true> lock_shared() noexcept;

  /// Enters alone only if nobody is inside now.
  [[nodiscard]] std::optional<guard> try_lock() noexcept;
  /// Enters as a reader only if no writer is inside and nobody waits.
  [[nodiscard]] std::optional<shared_guard> try_lock_shared() noexcept;

  /// Whether a writer is inside.
  [[nodiscard]] bool locked() const noexcept { return writing_; }
  /// How many readers are inside.
  [[nodiscard]] std::size_t readers() const noexcept { return readers_; }

 private:
  [[nodiscard]] bool has_room(bool shared) const noexcept {
    return !writing_ && (shared || readers_ == 0);
  }
  [[nodiscard]] bool try_enter(bool shared) noexcept {
    // While somebody waits nobody else may pass, not even a reader beside readers.
    if (!waiters_.empty() || !has_room(shared)) return false;
    enter(shared);
    return true;
  }
  void enter(bool shared) noexcept {
    if (shared) {
      ++readers_;
    } else {
      writing_ = true;
    }
  }
  void leave(bool shared) noexcept {
    if (shared) {
      --readers_;
    } else {
      writing_ = false;
    }
    admit();
  }
  inline void admit() noexcept;

  std::size_t readers_ = 0;
  bool writing_ = false;
  detail::wait_queue waiters_;  // readers and writers in one line
};

/// Keeps its holder inside; leaves when destroyed.
template <bool Shared>
class [[nodiscard("a guard that is dropped unlocks at once")]] shared_mutex::basic_guard {
 public:
  explicit basic_guard(shared_mutex& of) noexcept : of_(&of) {}
  basic_guard(basic_guard&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
  basic_guard& operator=(basic_guard&& other) noexcept {
    std::swap(of_, other.of_);
    return *this;
  }
  ~basic_guard() { unlock(); }
  /// Leaves now.
  void unlock() noexcept {
    if (shared_mutex* m = std::exchange(of_, nullptr)) m->leave(Shared);
  }

 private:
  shared_mutex* of_;
};

class shared_mutex::entering : public detail::waiter {
 public:
  bool suspend(detail::frame& owner) noexcept {
    if (mutex_.try_enter(shared_)) return pass(owner);
    if (park(owner)) mutex_.waiters_.add(*this);
    return true;
  }

 protected:
  entering(shared_mutex& m, bool shared) noexcept : mutex_(m), shared_(shared) {}
  ~entering() = default;

  shared_mutex& mutex_;

 private:
  friend class shared_mutex;
  void cancel(detail::frame& owner, bool hard) noexcept override {
    waiter::cancel(owner, hard);
    mutex_.admit();  // readers may have waited only because this one stood before them
  }
  [[nodiscard]] const char* describe() const noexcept override {
    return shared_ ? "shared mutex, to read" : "shared mutex, to write";
  }

  bool shared_;
};

template <bool Shared>
class shared_mutex::locking final : public entering {
 public:
  explicit locking(shared_mutex& m) noexcept : entering(m, Shared) {}
  basic_guard<Shared> await_resume() const noexcept { return basic_guard<Shared>(mutex_); }
};

inline void shared_mutex::admit() noexcept {
  // Entered on their behalf before they run, so that nobody can slip in between.
  while (!waiters_.empty()) {
    const bool shared = static_cast<entering&>(waiters_.front()).shared_;
    if (!has_room(shared)) break;
    enter(shared);
    waiters_.wake_front();
  }
}

inline shared_mutex::locking<false> shared_mutex::lock() noexcept { return locking<false>(*this); }
inline shared_mutex::locking<true> shared_mutex::lock_shared() noexcept {
  return locking<true>(*this);
}

inline std::optional<shared_mutex::guard> shared_mutex::try_lock() noexcept {
  if (!try_enter(false)) return std::nullopt;
  return guard(*this);
}

inline std::optional<shared_mutex::shared_guard> shared_mutex::try_lock_shared() noexcept {
  if (!try_enter(true)) return std::nullopt;
  return shared_guard(*this);
}

}  // namespace eddy
