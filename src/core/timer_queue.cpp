// SPDX-License-Identifier: MIT
#include <eddy/core/detail/timer_queue.hpp>

#include <algorithm>
#include <utility>

namespace eddy::detail {
namespace {
constexpr std::size_t arity = 4;
}

void timer_queue::insert(timer& t, time_point deadline) {
  const entry e{deadline, ++sequence_, &t};
  heap_.push_back(e);
  sift_up(heap_.size() - 1, e);
}

void timer_queue::erase(timer& t) noexcept {
  if (!t.armed()) return;
  const std::size_t slot = std::exchange(t.slot, timer::unarmed);
  const entry last = heap_.back();
  heap_.pop_back();
  if (last.target == &t) return;
  if (slot > 0 && last.before(heap_[(slot - 1) / arity])) {
    sift_up(slot, last);
  } else {
    sift_down(slot, last);
  }
}

timer& timer_queue::pop() noexcept {
  timer& first = *heap_.front().target;
  erase(first);
  return first;
}

void timer_queue::sift_up(std::size_t slot, entry e) noexcept {
  while (slot > 0) {
    const std::size_t above = (slot - 1) / arity;
    if (!e.before(heap_[above])) break;
    place(slot, heap_[above]);
    slot = above;
  }
  place(slot, e);
}

void timer_queue::sift_down(std::size_t slot, entry e) noexcept {
  for (;;) {
    const std::size_t first = slot * arity + 1;
    if (first >= heap_.size()) break;
    const std::size_t last = std::min(first + arity, heap_.size());
    std::size_t least = first;
    for (std::size_t i = first + 1; i < last; ++i) {
      if (heap_[i].before(heap_[least])) least = i;
    }
    if (!heap_[least].before(e)) break;
    place(slot, heap_[least]);
    slot = least;
  }
  place(slot, e);
}

}  // namespace eddy::detail
