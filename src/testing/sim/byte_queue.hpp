// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

namespace eddy::testing::sim {

/// Bytes, first in first out, in one block.
class byte_queue {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size() - begin_; }

  void append(const void* from, std::size_t count) {
    const auto* first = static_cast<const std::byte*>(from);
    bytes_.insert(bytes_.end(), first, first + count);
  }
  /// Copies the first `count`. Requires: as many are there.
  void peek(void* into, std::size_t count, std::size_t offset = 0) const noexcept {
    if (count > 0) std::memcpy(into, bytes_.data() + begin_ + offset, count);
  }
  void drop_front(std::size_t count) noexcept {
    begin_ += count;
    // Moved down only when that is no more than has been taken: constant time a byte.
    if (begin_ * 2 < bytes_.size()) return;
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(begin_));
    begin_ = 0;
  }
  /// Keeps the first `count` alone.
  void truncate(std::size_t count) { bytes_.resize(begin_ + count); }

 private:
  std::vector<std::byte> bytes_;
  std::size_t begin_ = 0;
};

}  // namespace eddy::testing::sim
