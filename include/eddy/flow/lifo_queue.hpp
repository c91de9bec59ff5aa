// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include <eddy/flow/queue.hpp>

namespace eddy {
namespace detail {

/// Newest out first: a stack.
template <class T>
class newest_first {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  void push(T&& item) { items_.push_back(std::move(item)); }
  T pop() {
    T item = std::move(items_.back());
    items_.pop_back();
    return item;
  }
  void clear() noexcept { items_.clear(); }

 private:
  std::vector<T> items_;
};

}  // namespace detail

/// A queue that gives the newest item first.
template <class T>
using lifo_queue = queue<T, detail::newest_first<T>>;

}  // namespace eddy
