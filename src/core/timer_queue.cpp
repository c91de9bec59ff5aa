// SPDX-License-Identifier: MIT
#include <eddy/core/detail/timer_queue.hpp>

#include <algorithm>
#include <bit>
#include <utility>

namespace eddy::detail {
namespace {
constexpr std::size_t arity = 4;
}

void timer_heap::insert(timer& t, time_point deadline) {
  const entry e{deadline, ++sequence_, &t};
  entries_.push_back(e);
  sift_up(entries_.size() - 1, e);
}

void timer_heap::reserve(std::size_t more) {
  const std::size_t wanted = entries_.size() + more;
  if (wanted > entries_.capacity()) entries_.reserve(std::max(wanted, 2 * entries_.capacity()));
}

void timer_heap::erase(timer& t) noexcept {
  const std::size_t hole = std::exchange(t.place, timer::unarmed);
  const entry last = entries_.back();
  entries_.pop_back();
  if (last.target == &t) return;
  if (hole > 0 && last.before(entries_[(hole - 1) / arity])) {
    sift_up(hole, last);
  } else {
    sift_down(hole, last);
  }
}

timer& timer_heap::pop() noexcept {
  timer& first = *entries_.front().target;
  erase(first);
  return first;
}

void timer_heap::sift_up(std::size_t place, entry e) noexcept {
  while (place > 0) {
    const std::size_t above = (place - 1) / arity;
    if (!e.before(entries_[above])) break;
    put(place, entries_[above]);
    place = above;
  }
  put(place, e);
}

void timer_heap::sift_down(std::size_t place, entry e) noexcept {
  for (;;) {
    const std::size_t first = place * arity + 1;
    if (first >= entries_.size()) break;
    const std::size_t last = std::min(first + arity, entries_.size());
    std::size_t least = first;
    for (std::size_t i = first + 1; i < last; ++i) {
      if (entries_[i].before(entries_[least])) least = i;
    }
    if (!entries_[least].before(e)) break;
    put(place, entries_[least]);
    place = least;
  }
  put(place, e);
}

time_point timer_queue::next_deadline() noexcept {
  if (!any_finite()) return time_point::max();
  if (soon_.empty()) open_next_slot();
  return soon_.next_deadline();
}

void timer_queue::insert(timer& t, time_point deadline) {
  // Here, where it may fail: a timer that is armed gets into the heap when its time comes.
  soon_.reserve(size_ + 1);
  ++size_;
  if (deadline == time_point::max()) {
    ++endless_;
    t.place = endless;
  } else if (tick_of(deadline) < reached_) {
    soon_.insert(t, deadline);
  } else {
    t.deadline = deadline;
    add_to_wheel(t);
  }
}

void timer_queue::erase(timer& t) noexcept {
  if (!t.armed()) return;
  --size_;
  if (t.place < timer::first_slot) return soon_.erase(t);
  const std::uint32_t place = std::exchange(t.place, timer::unarmed);
  if (place == endless) {
    --endless_;
    return;
  }
  const std::size_t index = place - timer::first_slot;
  slot& from = wheel_[index];
  (t.previous != nullptr ? t.previous->next : from.first) = t.next;
  (t.next != nullptr ? t.next->previous : from.last) = t.previous;
  if (from.first == nullptr) occupied_[index / slots] &= ~(std::uint64_t{1} << (index % slots));
}

timer& timer_queue::pop() noexcept {
  if (soon_.empty()) open_next_slot();
  --size_;
  return soon_.pop();
}

std::uint64_t timer_queue::tick_of(time_point deadline) noexcept {
  const auto nanoseconds = deadline.time_since_epoch().count();
  return nanoseconds < 0 ? 0 : static_cast<std::uint64_t>(nanoseconds) >> granularity;
}

// On the level of the highest digit in which its tick differs from the present: below that level
// are only ticks that come before.
void timer_queue::add_to_wheel(timer& t) noexcept {
  const std::uint64_t tick = tick_of(t.deadline);
  const std::uint64_t differs = (tick ^ reached_) | 1;
  const auto level = static_cast<std::size_t>(std::bit_width(differs) - 1) / digit;
  const std::uint64_t at = digit_of(tick, level);
  const std::size_t index = level * slots + at;
  slot& into = wheel_[index];
  t.place = timer::first_slot + static_cast<std::uint32_t>(index);
  t.previous = into.last;
  t.next = nullptr;
  (into.last != nullptr ? into.last->next : into.first) = &t;
  into.last = &t;
  occupied_[level] |= std::uint64_t{1} << at;
}

void timer_queue::add_to_heap(timer* first) noexcept {
  while (first != nullptr) {
    timer& t = *std::exchange(first, first->next);
    soon_.insert(t, t.deadline);
  }
}

timer* timer_queue::take_slot(std::size_t level, std::uint64_t at) noexcept {
  occupied_[level] &= ~(std::uint64_t{1} << at);
  return std::exchange(wheel_[level * slots + at], slot{}).first;
}

// Whatever slot the new present lies in is spread over the levels below.
void timer_queue::advance_to(std::uint64_t tick) noexcept {
  reached_ = tick;
  for (std::size_t level = levels - 1; level > 0; --level) {
    const std::uint64_t at = digit_of(tick, level);
    if ((occupied_[level] >> at & 1) == 0) continue;
    timer* first = take_slot(level, at);
    while (first != nullptr) {
      timer& t = *std::exchange(first, first->next);
      add_to_wheel(t);
    }
  }
}

void timer_queue::open_next_slot() noexcept {
  while (soon_.empty()) {
    std::size_t level = 0;
    while (occupied_[level] == 0) ++level;
    const auto at = static_cast<std::uint64_t>(std::countr_zero(occupied_[level]));
    const std::uint64_t first_tick = ((reached_ >> (digit * level) & ~(slots - 1)) | at)
                                     << (digit * level);
    const slot& next = wheel_[level * slots + at];
    if (level == 0 || next.first == next.last) {
      add_to_heap(take_slot(level, at));
      advance_to(first_tick + (std::uint64_t{1} << (digit * level)));
    } else {
      advance_to(first_tick);
    }
  }
}

}  // namespace eddy::detail
