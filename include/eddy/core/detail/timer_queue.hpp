// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <eddy/core/time.hpp>

namespace eddy::detail {

/// Something to do at an instant. Lives in the awaiter that waits for it.
struct timer {
  timer() = default;
  timer(const timer&) = delete;
  timer& operator=(const timer&) = delete;

  /// Runs on the loop, with the timer already out of the queue.
  virtual void fire() noexcept = 0;
  [[nodiscard]] bool armed() const noexcept { return slot != unarmed; }

  static constexpr std::uint32_t unarmed = ~0U;
  std::uint32_t slot = unarmed;  // place in the heap

 protected:
  ~timer() = default;
};

/// Timers by (deadline, order of arming): equal deadlines fire in the order they were armed, so a
/// run is deterministic.
///
/// A 4-ary heap whose entries carry their keys, so that sifting touches a timer only to note its
/// new slot. Most timers guard an operation that ends first; erasing one near the end is a few
/// steps.
class timer_queue {
 public:
  [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return heap_.size(); }
  [[nodiscard]] time_point next_deadline() const noexcept { return heap_.front().deadline; }

  void insert(timer& t, time_point deadline);
  void erase(timer& t) noexcept;
  timer& pop() noexcept;

 private:
  struct entry {
    time_point deadline;
    std::uint64_t sequence;
    timer* target;
    [[nodiscard]] bool before(const entry& other) const noexcept {
      return deadline != other.deadline ? deadline < other.deadline : sequence < other.sequence;
    }
  };

  void place(std::size_t slot, const entry& e) noexcept {
    heap_[slot] = e;
    e.target->slot = static_cast<std::uint32_t>(slot);
  }
  void sift_up(std::size_t slot, entry e) noexcept;
  void sift_down(std::size_t slot, entry e) noexcept;

  std::vector<entry> heap_;
  std::uint64_t sequence_ = 0;
};

}  // namespace eddy::detail
