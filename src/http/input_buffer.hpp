// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace eddy::http::detail {

/// Bytes of a connection that were received and not yet parsed.
class input_buffer {
 public:
  [[nodiscard]] std::string_view text() const noexcept { return {block_.get() + begin_, size()}; }
  [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
  [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

  /// Drops what stands before `rest`, the end of `text()` that a parser left.
  void keep(std::string_view rest) noexcept { begin_ = end_ - rest.size(); }

  /// Where the next bytes go: never empty. Grows only if not a single byte has been parsed.
  ///
  /// Lifetime: invalidates `text()`.
  [[nodiscard]] std::span<char> room() {
    if (empty()) begin_ = end_ = 0;
    if (end_ == capacity_) make_room();
    return room_behind();
  }

  /// What of that there is without moving anything; may be empty.
  [[nodiscard]] std::span<char> room_behind() noexcept {
    return {block_.get() + end_, capacity_ - end_};
  }

  /// Makes place for so much at once. Requires: it is empty.
  void reserve(std::size_t capacity) {
    if (capacity <= capacity_) return;
    block_ = std::make_unique_for_overwrite<char[]>(capacity);
    capacity_ = capacity;
    begin_ = end_ = 0;
  }

  /// So many bytes were put into `room()`.
  void received(std::size_t count) noexcept { end_ += count; }

 private:
  static constexpr std::size_t first_capacity = std::size_t{8} * 1024;

  void make_room() {
    if (begin_ > 0) {
      std::memmove(block_.get(), block_.get() + begin_, size());
    } else {
      const std::size_t capacity = std::max(first_capacity, 2 * capacity_);
      auto block = std::make_unique_for_overwrite<char[]>(capacity);
      std::ranges::copy(text(), block.get());
      block_ = std::move(block);
      capacity_ = capacity;
    }
    end_ -= std::exchange(begin_, 0);
  }

  std::unique_ptr<char[]> block_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace eddy::http::detail
