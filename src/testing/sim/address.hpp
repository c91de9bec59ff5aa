// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>

#include <eddy/io/endpoint.hpp>

namespace eddy::testing::sim {

/// What a socket is called.
struct address {
  int family = AF_UNSPEC;
  endpoint at = {};  ///< of AF_INET and AF_INET6
  std::string path =
      {};  ///< of AF_UNIX; an abstract one begins with NUL, one without name is empty
};

/// Nothing for what is no address of that family.
[[nodiscard]] std::optional<address> read_address(int family, const void* from, socklen_t size);
/// As much as there is room for; `size` becomes what it would take.
void write_address(const address& from, void* to, socklen_t* size) noexcept;

/// `10.0.0.1:80`, `/run/socket`, or `@name` for an abstract one.
[[nodiscard]] std::string to_string(const address& name);

/// What an IPv6 socket calls an IPv4 address: `::ffff:10.0.0.1`. Requires: of AF_INET.
[[nodiscard]] address mapped(const address& v4) noexcept;
/// The IPv4 address that such a name stands for; what is none stays as it is.
[[nodiscard]] address unmapped(const address& name);

/// 0.0.0.0 or ::
[[nodiscard]] bool is_any(const ip_address& host) noexcept;

}  // namespace eddy::testing::sim
