// SPDX-License-Identifier: MIT
#include <eddy/io/ip_address.hpp>

#include <arpa/inet.h>
#include <net/if.h>

#include <algorithm>
#include <charconv>

namespace eddy {
namespace {

// A scope is the name of an interface, or its number.
std::optional<std::uint32_t> parse_scope(const std::string& text) {
  std::uint32_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && rest == text.data() + text.size()) return number;
  const unsigned index = ::if_nametoindex(text.c_str());
  if (index == 0) return std::nullopt;
  return index;
}

}  // namespace

ip_address ip_address::v4(std::array<std::uint8_t, 4> bytes) noexcept {
  ip_address made;
  std::ranges::copy(bytes, made.bytes_.begin());
  return made;
}

ip_address ip_address::v6(std::array<std::uint8_t, 16> bytes, std::uint32_t scope) noexcept {
  ip_address made;
  made.is_v6_ = true;
  made.bytes_ = bytes;
  made.scope_ = scope;
  return made;
}

ip_address ip_address::loopback_v6() noexcept {
  std::array<std::uint8_t, 16> bytes{};
  bytes.back() = 1;
  return v6(bytes);
}

bool ip_address::is_loopback() const noexcept {
  return is_v6_ ? *this == loopback_v6() : bytes_[0] == 127;
}

std::optional<ip_address> ip_address::parse(std::string_view text) {
  // inet_pton reads up to a NUL: one inside would hide what follows it.
  if (text.empty() || text.contains('\0')) return std::nullopt;
  const std::string whole(text);
  std::array<std::uint8_t, 4> four{};
  if (::inet_pton(AF_INET, whole.c_str(), four.data()) == 1) return v4(four);

  const std::size_t percent = whole.find('%');
  std::array<std::uint8_t, 16> sixteen{};
  if (::inet_pton(AF_INET6, whole.substr(0, percent).c_str(), sixteen.data()) != 1)
    return std::nullopt;
  if (percent == std::string::npos) return v6(sixteen);
  const auto scope = parse_scope(whole.substr(percent + 1));
  if (!scope) return std::nullopt;
  return v6(sixteen, *scope);
}

std::string ip_address::to_string() const {
  char text[INET6_ADDRSTRLEN];
  ::inet_ntop(is_v6_ ? AF_INET6 : AF_INET, bytes_.data(), text, sizeof text);
  std::string whole = text;
  if (scope_ != 0) {
    char name[IF_NAMESIZE];
    whole += '%';
    whole += ::if_indextoname(scope_, name) != nullptr ? std::string(name) : std::to_string(scope_);
  }
  return whole;
}

}  // namespace eddy
