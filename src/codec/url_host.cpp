// SPDX-License-Identifier: MIT
#include "url_host.hpp"

#include <array>

#include <fmt/format.h>

#include <eddy/codec/percent.hpp>

#include "idna.hpp"
#include "ip_address.hpp"
#include "percent_encoding.hpp"

namespace eddy::detail {

namespace {

std::unexpected<url_fault> fault(std::string what, std::size_t at) {
  return std::unexpected(url_fault{std::move(what), at});
}

constexpr bool is_forbidden_in_host(char c) noexcept {
  return std::string_view("\0\t\n\r #/:<>?@[\\]^|", 17).contains(c);
}

// A table, for this is asked of each byte of each URL.
constexpr auto forbidden_in_domain = [] {
  std::array<bool, 256> forbidden{};
  for (std::size_t byte = 0; byte < forbidden.size(); ++byte) {
    const char c = static_cast<char>(byte);
    forbidden[byte] = is_forbidden_in_host(c) || byte < 0x20 || byte == 0x7f || c == '%';
  }
  return forbidden;
}();

constexpr bool is_forbidden_in_domain(char c) noexcept {
  return forbidden_in_domain[static_cast<unsigned char>(c)];
}

std::string name_of(char c) {
  if (c == ' ') return "a space";
  const auto byte = static_cast<unsigned char>(c);
  if (byte < 0x20 || byte == 0x7f) return fmt::format("the control character 0x{:02x}", byte);
  return fmt::format("`{}`", c);
}

std::expected<std::string, url_fault> parse_bracketed(std::string_view text) {
  if (!text.ends_with(']')) {
    return fault("the `[` of an IPv6 address has no `]` at the end of the host", 0);
  }
  auto address = normalize_ipv6(text.substr(1, text.size() - 2));
  if (!address) return fault(std::move(address.error().what), address.error().at + 1);
  return fmt::format("[{}]", *address);
}

}  // namespace

std::expected<std::string, url_fault> parse_host(std::string_view text) {
  if (text.starts_with('[')) return parse_bracketed(text);
  const std::string decoded = percent_decode(text);
  auto domain = domain_to_ascii(decoded);
  if (!domain) {
    return fault(fmt::format("the host has no form for DNS: {}", domain.error()), 0);
  }
  if (domain->empty()) return fault("nothing visible is left of the host", 0);
  for (const char c : *domain) {
    if (!is_forbidden_in_domain(c)) continue;
    // Where it is not in the text as it stands, decoding brought it out.
    const std::size_t at = text.find(c);
    return fault(fmt::format("a host cannot contain {}", name_of(c)), at < text.size() ? at : 0);
  }
  if (!ends_in_number(*domain)) return *std::move(domain);
  // Offsets in the address are offsets in the text only where it was not changed on the way.
  auto address = normalize_ipv4(*domain);
  if (!address && domain->size() != text.size()) address.error().at = 0;
  return address;
}

std::expected<std::string, url_fault> parse_opaque_host(std::string_view text) {
  if (text.starts_with('[')) return parse_bracketed(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_forbidden_in_host(text[i])) {
      return fault(fmt::format("a host cannot contain {}", name_of(text[i])), i);
    }
  }
  std::string host;
  append_percent_encoded(host, text, control_set);
  return host;
}

}  // namespace eddy::detail
