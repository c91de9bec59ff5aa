// SPDX-License-Identifier: MIT
#include <eddy/io/endpoint.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>

#include <eddy/io/detail/socket_address.hpp>

namespace eddy {

std::optional<endpoint> endpoint::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view digits = text.substr(colon + 1);
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);

  endpoint made;
  const auto [rest, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), made.port);
  if (error != std::errc{} || rest != digits.data() + digits.size()) return std::nullopt;
  const auto address = ip_address::parse(host);
  if (!address || address->is_v6() != bracketed) return std::nullopt;
  made.address = *address;
  return made;
}

std::string endpoint::to_string() const {
  const std::string host = address.to_string();
  return (address.is_v6() ? "[" + host + "]:" : host + ":") + std::to_string(port);
}

namespace detail {

socket_address::socket_address(const endpoint& e) noexcept {
  const auto bytes = e.address.bytes();
  if (e.address.is_v6()) {
    storage_.v6.sin6_family = AF_INET6;
    storage_.v6.sin6_port = htons(e.port);
    storage_.v6.sin6_scope_id = e.address.scope();
    std::memcpy(&storage_.v6.sin6_addr, bytes.data(), bytes.size());
    size_ = sizeof storage_.v6;
  } else {
    storage_.v4 = {};
    storage_.v4.sin_family = AF_INET;
    storage_.v4.sin_port = htons(e.port);
    std::memcpy(&storage_.v4.sin_addr, bytes.data(), bytes.size());
    size_ = sizeof storage_.v4;
  }
}

endpoint socket_address::to_endpoint() const noexcept { return detail::to_endpoint(*data()); }

endpoint to_endpoint(const sockaddr& address) noexcept {
  if (address.sa_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return {ip_address::v6(bytes, v6.sin6_scope_id), ntohs(v6.sin6_port)};
  }
  const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
  std::array<std::uint8_t, 4> bytes{};
  std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
  return {ip_address::v4(bytes), ntohs(v4.sin_port)};
}

}  // namespace detail
}  // namespace eddy
