// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "uring_ring.hpp"

namespace eddy::detail {

/// Listening sockets: one request lets the kernel accept as many connections as come.
class uring_listeners {
 public:
  explicit uring_listeners(uring_ring& ring) noexcept : ring_(&ring) {}
  /// Closes the connections that nobody took.
  ~uring_listeners();
  uring_listeners(const uring_listeners&) = delete;
  uring_listeners& operator=(const uring_listeners&) = delete;

  /// A value: the descriptor of a connection that has come before, or -ENOMEM.
  [[nodiscard]] std::optional<int> accept(io_op& op) noexcept;
  /// True: `op` waited here, and no longer does.
  [[nodiscard]] bool release(const io_op& op) noexcept;
  void forget(int fd) noexcept;
  /// An answer of the kernel with a listener's tag.
  void arrived(const uring_answer& answer) noexcept;

 private:
  struct listener {
    io_op* waiting = nullptr;
    std::deque<int> connections = {};
    std::uint32_t generation = 0;
    bool armed = false;
    bool stopping = false;
  };

  [[nodiscard]] listener* find(int fd) noexcept;
  void arm(listener& l, int fd) noexcept;
  void stop(listener& l, int fd) noexcept;

  uring_ring* ring_;
  std::map<int, listener> listeners_;
  std::uint32_t last_generation_ = 0;
};

}  // namespace eddy::detail
