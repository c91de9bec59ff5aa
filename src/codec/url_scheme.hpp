// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace eddy::detail {

/// The port that URLs of this scheme leave out.
constexpr std::optional<std::uint16_t> default_port(std::string_view scheme) noexcept {
  if (scheme == "http" || scheme == "ws") return 80;
  if (scheme == "https" || scheme == "wss") return 443;
  if (scheme == "ftp") return 21;
  return std::nullopt;
}

/// Whether the URLs of this scheme always have a host and a path that begins with a slash.
constexpr bool is_special(std::string_view scheme) noexcept {
  return scheme == "file" || default_port(scheme);
}

}  // namespace eddy::detail
