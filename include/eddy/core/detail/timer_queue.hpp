// SPDX-License-Identifier: MIT
#pragma once

#include <array>
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
  [[nodiscard]] bool armed() const noexcept { return place != unarmed; }

  static constexpr std::uint32_t unarmed = ~0U;
  static constexpr std::uint32_t first_slot = 1U << 31;  // up to here a place in the heap
  std::uint32_t place = unarmed;
  // Set only while in a slot of the wheel.
  time_point deadline;
  timer* previous;
  timer* next;

 protected:
  ~timer() = default;
};

/// Timers by (deadline, order of arming): a 4-ary heap whose entries carry their keys, so that
/// sifting touches a timer only to note its new place.
class timer_heap {
 public:
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  [[nodiscard]] time_point next_deadline() const noexcept { return entries_.front().deadline; }

  void insert(timer& t, time_point deadline);
  void erase(timer& t) noexcept;
  timer& pop() noexcept;
  /// Makes room for `more` entries, so that inserting them cannot fail.
  void reserve(std::size_t more);

 private:
  struct entry {
    time_point deadline;
    std::uint64_t sequence;
    timer* target;
    [[nodiscard]] bool before(const entry& other) const noexcept {
      return deadline != other.deadline ? deadline < other.deadline : sequence < other.sequence;
    }
  };

  void put(std::size_t place, const entry& e) noexcept {
    entries_[place] = e;
    e.target->place = static_cast<std::uint32_t>(place);
  }
  void sift_up(std::size_t place, entry e) noexcept;
  void sift_down(std::size_t place, entry e) noexcept;

  std::vector<entry> entries_;
  std::uint64_t sequence_ = 0;
};

/// The same order, with arming and disarming in constant time: most timers guard an operation that
/// ends first.
///
/// What is due soon waits in the heap, the rest in a wheel of 64 slots a level, each level 64 times
/// as coarse as the one below. A slot is a list in the order of arming; it is spread over the
/// levels below when its time comes and goes into the heap from the lowest. So the order stays
/// exact, and a timer that is disarmed early was never sorted at all.
class timer_queue {
 public:
  timer_queue() = default;
  timer_queue(const timer_queue&) = delete;
  timer_queue& operator=(const timer_queue&) = delete;

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Some timer will ever fire: not all of them wait for `time_point::max()`.
  [[nodiscard]] bool any_finite() const noexcept { return size_ > endless_; }
  /// Requires: not empty.
  [[nodiscard]] time_point next_deadline() noexcept;

  void insert(timer& t, time_point deadline);
  void erase(timer& t) noexcept;
  /// Requires: any_finite().
  timer& pop() noexcept;

 private:
  static constexpr int granularity = 16;  // log2 of the nanoseconds in a tick of the lowest level
  static constexpr int digit = 6;
  static constexpr std::uint64_t slots = 1U << digit;
  static constexpr std::size_t levels = (63 - granularity + digit - 1) / digit;
  static constexpr std::uint32_t endless = timer::unarmed - 1;

  struct slot {
    timer* first = nullptr;
    timer* last = nullptr;
  };

  static std::uint64_t tick_of(time_point deadline) noexcept;
  [[nodiscard]] static std::uint64_t digit_of(std::uint64_t tick, std::size_t level) noexcept {
    return (tick >> (digit * level)) & (slots - 1);
  }
  void add_to_wheel(timer& t) noexcept;
  void add_to_heap(timer* first) noexcept;
  timer* take_slot(std::size_t level, std::uint64_t at) noexcept;
  void advance_to(std::uint64_t tick) noexcept;
  void open_next_slot() noexcept;

  timer_heap soon_;            // all before `reached_`
  std::uint64_t reached_ = 0;  // tick
  std::size_t size_ = 0;
  std::size_t endless_ = 0;
  std::array<std::uint64_t, levels> occupied_{};  // a bit for each slot
  std::array<slot, levels * slots> wheel_{};
};

}  // namespace eddy::detail
