// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include <eddy/flow/queue.hpp>

namespace eddy {
namespace detail {

/// What compares less out first, and of equals the oldest: a binary heap.
template <class T, class Compare>
class smallest_first {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return heap_.size(); }
  void push(T&& item) {
    heap_.emplace_back(std::move(item), next_++);
    std::ranges::push_heap(heap_, comes_later);
  }
  T pop() {
    std::ranges::pop_heap(heap_, comes_later);
    T item = std::move(heap_.back().item);
    heap_.pop_back();
    return item;
  }
  void clear() noexcept { heap_.clear(); }

 private:
  struct entry {
    T item;
    std::uint64_t number;  // a heap alone forgets who came first
  };
  static bool comes_later(const entry& a, const entry& b) {
    if (Compare()(a.item, b.item)) return false;
    return Compare()(b.item, a.item) || a.number > b.number;
  }

  std::vector<entry> heap_;
  std::uint64_t next_ = 0;
};

}  // namespace detail

/// A queue that gives the smallest item first, as asyncio's does, and of equal ones the oldest.
///
/// `Compare` says which of two comes first: with `std::greater<>` the largest does. What waits in a
/// `put` is not in the queue yet: it is let in by arrival, whatever its priority.
template <class T, class Compare = std::less<>>
using priority_queue = queue<T, detail::smallest_first<T, Compare>>;

}  // namespace eddy
