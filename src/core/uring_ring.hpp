// SPDX-License-Identifier: MIT
#pragma once

#include <liburing.h>

#include <cstdint>
#include <optional>

#include <eddy/core/detail/backend.hpp>

namespace eddy::detail {

/// Whose completion it is: an operation, by its address, or a request that the kernel answers many
/// times for one descriptor, by kind and number. A generation tells a descriptor from those that
/// had its number before.
struct uring_tag {
  enum class kind : std::uint8_t { op, stream, listener };

  [[nodiscard]] static std::uint64_t of(const io_op& op) noexcept {
    return reinterpret_cast<std::uintptr_t>(&op);
  }
  [[nodiscard]] static std::uint64_t of(kind k, int fd, std::uint32_t generation) noexcept {
    return std::uint64_t{generation} << 32 | static_cast<std::uint64_t>(fd) << 2 |
           static_cast<std::uint64_t>(k);
  }
  [[nodiscard]] static io_op& op_of(std::uint64_t tag) noexcept {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the kernel's tags are integers.
    return *reinterpret_cast<io_op*>(tag);
  }
  [[nodiscard]] static kind kind_of(std::uint64_t tag) noexcept {
    return static_cast<kind>(tag & 3);
  }
  [[nodiscard]] static int fd_of(std::uint64_t tag) noexcept {
    return static_cast<int>((tag & 0xffff'ffff) >> 2);
  }
  [[nodiscard]] static std::uint32_t generation_of(std::uint64_t tag) noexcept {
    return static_cast<std::uint32_t>(tag >> 32);
  }
  static constexpr std::uint64_t nobody = 0;  // the answer to a request to cancel
};

static_assert(alignof(io_op) >= 4, "two bits of an operation's address are the tag's kind");

/// An answer of the kernel. (io_uring_cqe has an open end and cannot be kept.)
struct uring_answer {
  std::uint64_t tag;
  int result;
  unsigned flags;

  /// The request goes on and will answer again.
  [[nodiscard]] bool more() const noexcept { return (flags & IORING_CQE_F_MORE) != 0; }
};

/// A ring of one thread: requests gather until the next system call.
class uring_ring {
 public:
  uring_ring() = default;
  uring_ring(const uring_ring&) = delete;
  uring_ring& operator=(const uring_ring&) = delete;
  ~uring_ring();

  /// 0, or the error the system refuses io_uring with.
  [[nodiscard]] int open() noexcept;
  [[nodiscard]] bool is_open() const noexcept { return open_; }
  [[nodiscard]] io_uring& raw() noexcept { return ring_; }

  [[nodiscard]] io_uring_sqe* next_entry() noexcept;
  /// Of the entry that `next_entry` gave last.
  [[nodiscard]] unsigned last_place() const noexcept { return ring_.sq.sqe_tail - 1; }
  /// Takes a request out of the queue again. False: the kernel has it.
  [[nodiscard]] bool take_back(unsigned place, std::uint64_t tag) noexcept;
  /// One request for one answer.
  void enqueue(const io_op& op) noexcept;
  /// In the queue behind the request and before any later one of the same tag: it can hit no other.
  /// Its own completion says nothing about the request's.
  void cancel(std::uint64_t tag) noexcept;

  /// The oldest answer that has not been taken.
  [[nodiscard]] std::optional<uring_answer> next_answer() noexcept {
    io_uring_cqe* next = nullptr;
    if (io_uring_peek_cqe(&ring_, &next) != 0) return std::nullopt;
    const uring_answer taken{next->user_data, next->res, next->flags};
    io_uring_cqe_seen(&ring_, next);
    return taken;
  }

  /// Hands over what has gathered and waits for a completion until `until`.
  void enter(time_point until) noexcept;
  /// Hands it over and lets the kernel finish what it can finish now.
  void flush() noexcept;

 private:
  io_uring ring_{};
  bool open_ = false;
};

}  // namespace eddy::detail
