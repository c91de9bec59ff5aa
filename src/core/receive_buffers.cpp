// SPDX-License-Identifier: MIT
#include "receive_buffers.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

namespace eddy::detail {
namespace {

constexpr std::size_t ring_size = receive_buffers::count * sizeof(io_uring_buf);
constexpr std::size_t mapped = ring_size + receive_buffers::count * receive_buffers::size;

}  // namespace

bool receive_buffers::open(io_uring& ring) noexcept {
  // Mapped, not allocated: the ring must be page-aligned, and pages no message reaches cost
  // nothing.
  void* memory =
      ::mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
  if (memory == MAP_FAILED) return false;
  io_uring_buf_reg reg{};
  reg.ring_addr = reinterpret_cast<std::uintptr_t>(memory);
  reg.ring_entries = count;
  reg.bgid = group;
  if (io_uring_register_buf_ring(&ring, &reg, 0) != 0) {
    ::munmap(memory, mapped);
    return false;
  }
  lent_ = static_cast<io_uring_buf_ring*>(memory);
  bytes_ = static_cast<std::byte*>(memory) + ring_size;
  io_uring_buf_ring_init(lent_);
  for (unsigned id = 0; id < count; ++id) give_back(static_cast<std::uint16_t>(id));
  return true;
}

receive_buffers::~receive_buffers() {
  if (lent_ != nullptr) ::munmap(lent_, mapped);
}

void receive_buffers::give_back(std::uint16_t id) noexcept {
  io_uring_buf_ring_add(lent_, data(id), size, id, io_uring_buf_ring_mask(count), 0);
  io_uring_buf_ring_advance(lent_, 1);
}

void received_bytes::add(receive_buffers& all, std::uint16_t id, std::size_t length) noexcept {
  all.parts_[id].length = static_cast<std::uint16_t>(length);
  (empty() ? first_ : all.parts_[last_].next) = id;
  last_ = id;
  ++parts_;
}

std::size_t received_bytes::take(receive_buffers& all, void* into, std::size_t room) noexcept {
  std::size_t moved = 0;
  while (parts_ > 0 && moved < room) {
    const receive_buffers::part& part = all.parts_[first_];
    const std::size_t n = std::min<std::size_t>(part.length - taken_, room - moved);
    std::memcpy(static_cast<std::byte*>(into) + moved, all.data(first_) + taken_, n);
    moved += n;
    taken_ = static_cast<std::uint16_t>(taken_ + n);
    if (taken_ < part.length) break;
    all.give_back(first_);
    first_ = part.next;
    taken_ = 0;
    --parts_;
  }
  return moved;
}

void received_bytes::drop(receive_buffers& all) noexcept {
  for (; parts_ > 0; --parts_) {
    all.give_back(first_);
    first_ = all.parts_[first_].next;
  }
  taken_ = 0;
}

}  // namespace eddy::detail
