// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstddef>

#include <eddy/io/detail/socket_address.hpp>

namespace eddy::detail {

/// What the header of a datagram points at. Does not move while the kernel may use it.
struct datagram_parts {
  /// `to` is null on a connected socket.
  void to_send(msghdr& header, const void* data, std::size_t size, const endpoint* to) noexcept {
    if (to != nullptr) address = socket_address(*to);
    point(header, const_cast<void*>(data), size);
    if (to == nullptr) header.msg_name = nullptr;
    header.msg_namelen = to != nullptr ? address.size() : 0;
  }
  void to_receive(msghdr& header, void* data, std::size_t size) noexcept {
    address = {};
    point(header, data, size);
    header.msg_namelen = address.size();
  }

  iovec piece{};
  socket_address address;

 private:
  void point(msghdr& header, void* data, std::size_t size) noexcept {
    piece = {.iov_base = data, .iov_len = size};
    header = {};
    header.msg_name = address.data();
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
  }
};

struct datagram_message {
  msghdr header{};
  datagram_parts parts;
};

/// As many datagrams as one system call takes from us.
struct datagram_batch {
  static constexpr std::size_t size = 64;
  std::array<mmsghdr, size> headers{};
  std::array<datagram_parts, size> parts;
};

}  // namespace eddy::detail
