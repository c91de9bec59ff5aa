// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

namespace eddy::detail {

/// What a queue holds, oldest out first: a ring that grows and, unlike `std::deque`, allocates
/// nothing while it stays as long as it has been.
template <class T>
class oldest_first {
 public:
  oldest_first() = default;
  oldest_first(const oldest_first&) = delete;
  oldest_first& operator=(const oldest_first&) = delete;
  ~oldest_first() {
    clear();
    if (slots_ != nullptr) std::allocator<T>().deallocate(slots_, room_);
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  void push(T&& item) {
    if (size_ == room_) [[unlikely]]
      grow();
    std::construct_at(&slot(size_), std::move(item));
    ++size_;
  }

  /// Requires: not empty.
  T pop() {
    T& oldest = slot(0);
    T item = std::move(oldest);
    std::destroy_at(&oldest);
    ++first_;
    --size_;
    return item;
  }

  void clear() noexcept {
    for (; size_ > 0; --size_) std::destroy_at(&slot(size_ - 1));
  }

 private:
  // The room is a power of two, so an index may run on and be cut off here.
  [[nodiscard]] T& slot(std::size_t i) const noexcept { return slots_[(first_ + i) & (room_ - 1)]; }

  [[gnu::cold]] void grow() {
    const std::size_t room = std::max<std::size_t>(4, 2 * room_);
    T* const slots = std::allocator<T>().allocate(room);
    for (std::size_t i = 0; i < size_; ++i) {
      std::construct_at(slots + i, std::move(slot(i)));
      std::destroy_at(&slot(i));
    }
    if (slots_ != nullptr) std::allocator<T>().deallocate(slots_, room_);
    slots_ = slots;
    room_ = room;
    first_ = 0;
  }

  T* slots_ = nullptr;
  std::size_t room_ = 0;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace eddy::detail
