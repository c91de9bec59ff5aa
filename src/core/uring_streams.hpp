// SPDX-License-Identifier: MIT
#pragma once

#include <climits>
#include <cstdint>
#include <optional>
#include <vector>

#include "receive_buffers.hpp"
#include "uring_ring.hpp"

namespace eddy::detail {

/// TCP sockets that are read again and again: one request a socket lets the kernel put what comes
/// into our buffers, for as many receives as there will be.
///
/// The first receive of a socket is not worth it, many have no second. Where long stretches come,
/// the copy out of the buffers is not worth it either: then a plain call is tried first.
class uring_streams {
 public:
  uring_streams(uring_ring& ring, receive_buffers& buffers) noexcept
      : ring_(&ring), buffers_(&buffers) {}

  /// Takes a `recv` without flags or a `poll_in`, or leaves it to be an operation like others.
  enum class taken : std::uint8_t { not_mine, waits, finished };
  [[nodiscard]] taken submit(io_op& op, int& result) noexcept;
  /// True: `op` waited here, and no longer does.
  [[nodiscard]] bool release(const io_op& op) noexcept;
  void forget(int fd) noexcept;
  /// An answer of the kernel with a stream's tag.
  void arrived(const uring_answer& answer) noexcept;

 private:
  enum class mode : std::uint8_t { fresh, read_once, often, bulk, never };
  static constexpr int no_end = INT_MAX;

  struct stream {
    io_op* reader = nullptr;  // waits for what the request brings
    received_bytes received;
    int end = no_end;  // what comes after the received bytes: 0, or -errno
    std::uint32_t generation = 0;
    std::uint32_t place = 0;    // of the request in the ring's queue
    std::uint8_t in_a_row = 0;  // full buffers; in bulk, plain calls in vain
    mode how = mode::fresh;
    bool armed = false;     // the request is with the kernel
    bool stopping = false;  // and has been asked to end
  };

  [[nodiscard]] stream* find(int fd) noexcept;
  [[nodiscard]] taken receive(stream& s, io_op& op, int& result) noexcept;
  void choose_mode(stream& s, const io_request& r) noexcept;
  void arm(stream& s, int fd) noexcept;
  void stop(stream& s, int fd) noexcept;
  void settle(stream& s, int fd) noexcept;

  uring_ring* ring_;
  receive_buffers* buffers_;
  std::vector<stream> streams_;  // by number
};

}  // namespace eddy::detail
