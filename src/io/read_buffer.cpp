// SPDX-License-Identifier: MIT
#include <eddy/io/detail/read_buffer.hpp>

#include <algorithm>

namespace eddy::detail {

std::size_t read_buffer::move_to(std::span<std::byte> into) noexcept {
  const std::size_t count = std::min(into.size(), size());
  std::copy_n(data(), count, into.data());
  consume(count);
  return count;
}

std::span<std::byte> read_buffer::room(std::size_t wanted) {
  if (size() == 0) {
    begin_ = end_ = 0;
    // One long line must not make a connection large for the rest of its life.
    if (capacity_ > 2 * usual_capacity && wanted <= usual_capacity) capacity_ = 0;
  }
  wanted = std::max(wanted, size() + 1);
  if (wanted > capacity_) {
    resize(std::max({wanted, usual_capacity, size() > 0 ? 2 * capacity_ : 0}));
  } else if (begin_ + wanted > capacity_ || size() < capacity_ / 4) {
    // Moving a little keeps the next read from being a small one.
    std::memmove(storage_.get(), data(), size());
    end_ -= std::exchange(begin_, 0);
  }
  return {storage_.get() + end_, capacity_ - end_};
}

void read_buffer::resize(std::size_t capacity) {
  auto larger = std::make_unique_for_overwrite<std::byte[]>(capacity);
  const std::size_t held = size();
  if (held > 0) std::memcpy(larger.get(), data(), held);
  storage_ = std::move(larger);
  capacity_ = capacity;
  begin_ = 0;
  end_ = held;
}

}  // namespace eddy::detail
