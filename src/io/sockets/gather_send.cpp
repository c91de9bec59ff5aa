// SPDX-License-Identifier: MIT
#include <eddy/io/detail/gather_send.hpp>

#include <algorithm>
#include <utility>

namespace eddy::detail {

gather_send::gather_send(int fd, io_slot& direction,
                         std::span<const std::span<const std::byte>> pieces) noexcept
    : io_awaiter({.code = io_code::send_message, .fd = fd, .data = &message_}, direction),
      pieces_(pieces) {
  message_.msg_iov = parts_.data();
  load();
}

bool gather_send::load() noexcept {
  while (!pieces_.empty() && sent_of_first_ >= pieces_.front().size()) {
    sent_of_first_ -= pieces_.front().size();
    pieces_ = pieces_.subspan(1);
  }
  std::size_t count = 0;
  std::size_t total = 0;
  std::size_t skipped = sent_of_first_;
  for (const std::span<const std::byte> piece : pieces_) {
    if (count == parts_.size() || total == longest_request) break;
    const std::span<const std::byte> left = piece.subspan(std::exchange(skipped, 0));
    const std::size_t size = std::min(left.size(), longest_request - total);
    parts_[count++] = {.iov_base = const_cast<std::byte*>(left.data()), .iov_len = size};
    total += size;
  }
  message_.msg_iovlen = count;
  return total > 0;
}

bool gather_send::is_over(int result) noexcept {
  if (result < 0) return true;
  sent_of_first_ += static_cast<std::size_t>(result);
  return !load();
}

}  // namespace eddy::detail
