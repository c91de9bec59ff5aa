// SPDX-License-Identifier: MIT
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <eddy/io/endpoint.hpp>

namespace eddy::detail {

/// An endpoint as the kernel wants it.
class socket_address {
 public:
  socket_address() = default;
  explicit socket_address(const endpoint& e) noexcept;

  [[nodiscard]] endpoint to_endpoint() const noexcept;

  [[nodiscard]] sockaddr* data() noexcept { return reinterpret_cast<sockaddr*>(&storage_); }
  [[nodiscard]] const sockaddr* data() const noexcept {
    return reinterpret_cast<const sockaddr*>(&storage_);
  }
  [[nodiscard]] socklen_t size() const noexcept { return size_; }
  /// For calls that fill an address in and say how long it is.
  [[nodiscard]] socklen_t* size_to_fill() noexcept { return &size_; }

 private:
  // No sockaddr_storage: that is 128 bytes, and one of these sits in every connect.
  union {
    sockaddr_in6 v6;
    sockaddr_in v4;
  } storage_{};
  socklen_t size_ = sizeof storage_;
};

/// Nothing but IPv4 and IPv6 addresses: those are what sockets made here have.
[[nodiscard]] endpoint to_endpoint(const sockaddr& address) noexcept;

}  // namespace eddy::detail
