// SPDX-License-Identifier: MIT
#include "address.hpp"

#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <eddy/io/detail/socket_address.hpp>

namespace eddy::testing::sim {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr socklen_t path_offset = offsetof(sockaddr_un, sun_path);

std::string read_path(const void* from, socklen_t size) {
  const char* path = static_cast<const char*>(from) + path_offset;
  const std::size_t most = size - path_offset;
  if (most == 0 || path[0] == '\0') return {path, most};
  return {path, ::strnlen(path, most)};
}

void copy(const void* from, socklen_t whole, void* to, socklen_t* size) noexcept {
  std::memcpy(to, from, std::min(whole, *size));
  *size = whole;
}

}  // namespace

std::optional<address> read_address(int family, const void* from, socklen_t size) {
  if (size < sizeof(sa_family_t)) return std::nullopt;
  const auto& given = *static_cast<const sockaddr*>(from);
  if (given.sa_family != family) return std::nullopt;
  if (family == AF_UNIX) {
    if (size > sizeof(sockaddr_un)) return std::nullopt;
    return address{.family = family, .path = read_path(from, size)};
  }
  if (size < (family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in))) return std::nullopt;
  return address{.family = family, .at = eddy::detail::to_endpoint(given)};
}

void write_address(const address& from, void* to, socklen_t* size) noexcept {
  if (from.family != AF_UNIX) {
    eddy::detail::socket_address written(from.at);
    return copy(written.data(), written.size(), to, size);
  }
  sockaddr_un written{.sun_family = AF_UNIX, .sun_path = {}};
  std::memcpy(written.sun_path, from.path.data(), from.path.size());
  // A path counts its NUL, as far as there is room for one.
  const bool ends =
      !from.path.empty() && from.path.front() != '\0' && from.path.size() < sizeof written.sun_path;
  copy(&written, path_offset + static_cast<socklen_t>(from.path.size()) + (ends ? 1 : 0), to, size);
}

std::string to_string(const address& name) {
  if (name.family != AF_UNIX) return name.at.to_string();
  if (name.path.empty()) return "a Unix socket";
  return name.path.front() == '\0' ? '@' + name.path.substr(1) : name.path;
}

address mapped(const address& v4) noexcept {
  std::array<std::uint8_t, 16> bytes{};
  std::ranges::copy(mapped_prefix, bytes.begin());
  std::ranges::copy(v4.at.address.bytes(), bytes.begin() + mapped_prefix.size());
  return {.family = AF_INET6, .at = {ip_address::v6(bytes), v4.at.port}};
}

address unmapped(const address& name) {
  if (name.family != AF_INET6) return name;
  const auto bytes = name.at.address.bytes();
  if (!std::ranges::equal(bytes.first(mapped_prefix.size()), mapped_prefix)) return name;
  std::array<std::uint8_t, 4> four{};
  std::ranges::copy(bytes.last(four.size()), four.begin());
  return {.family = AF_INET, .at = {ip_address::v4(four), name.at.port}};
}

bool is_any(const ip_address& host) noexcept {
  return host == ip_address::any_v4() || host == ip_address::any_v6();
}

}  // namespace eddy::testing::sim
