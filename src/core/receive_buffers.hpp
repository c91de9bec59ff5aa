// SPDX-License-Identifier: MIT
#pragma once

#include <liburing.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace eddy::detail {

/// Buffers lent to the kernel for receives that do not say in advance where to: an idle connection
/// then holds none. Once all are full the kernel answers ENOBUFS until some are given back.
class receive_buffers {
 public:
  // A tick of 1,000 busy connections is served without a refusal. Longer messages fill several.
  static constexpr unsigned count = 1024;
  static constexpr std::size_t size = 2048;
  static constexpr unsigned short group = 0;

  receive_buffers() = default;
  receive_buffers(const receive_buffers&) = delete;
  receive_buffers& operator=(const receive_buffers&) = delete;
  /// Requires: the ring is gone, and with it every receive.
  ~receive_buffers();

  /// Lends them all to `ring`. False: the system refuses; receives then bring their own buffers.
  [[nodiscard]] bool open(io_uring& ring) noexcept;

  void give_back(std::uint16_t id) noexcept;

 private:
  friend class received_bytes;
  [[nodiscard]] std::byte* data(std::uint16_t id) const noexcept { return bytes_ + id * size; }

  /// A full buffer's place in a list of received_bytes.
  struct part {
    std::uint16_t length;
    std::uint16_t next;
  };

  io_uring_buf_ring* lent_ = nullptr;
  std::byte* bytes_ = nullptr;
  std::array<part, count> parts_;
};

/// What one stream has received and nobody has read: a list of full buffers.
class received_bytes {
 public:
  [[nodiscard]] bool empty() const noexcept { return parts_ == 0; }
  /// How many buffers it keeps from the others.
  [[nodiscard]] unsigned parts() const noexcept { return parts_; }
  void add(receive_buffers& all, std::uint16_t id, std::size_t length) noexcept;
  /// Moves as much as fits to `into`; gives its number.
  std::size_t take(receive_buffers& all, void* into, std::size_t room) noexcept;
  void drop(receive_buffers& all) noexcept;

 private:
  std::uint16_t first_ = 0;
  std::uint16_t last_ = 0;
  std::uint16_t taken_ = 0;  // of the first
  std::uint16_t parts_ = 0;
};

}  // namespace eddy::detail
