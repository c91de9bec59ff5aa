// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <eddy/io/ip_address.hpp>

namespace eddy {

/// Where a server listens and a connection ends: an address and a port.
struct endpoint {
  ip_address address;
  std::uint16_t port = 0;

  /// `127.0.0.1:80` or `[::1]:80`; nothing for anything else.
  [[nodiscard]] static std::optional<endpoint> parse(std::string_view text);
  [[nodiscard]] std::string to_string() const;

  auto operator<=>(const endpoint&) const = default;
};

}  // namespace eddy
