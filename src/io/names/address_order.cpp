// SPDX-License-Identifier: MIT
#include "address_order.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <map>
#include <ranges>

#include <eddy/core/loop.hpp>
#include <eddy/io/detail/socket_address.hpp>

namespace eddy::detail {
namespace {

using bytes16 = std::array<std::uint8_t, 16>;

// IPv4 takes part as ::ffff:a.b.c.d.
bytes16 mapped(const ip_address& address) noexcept {
  bytes16 bytes{};
  if (!address.is_v6()) bytes[10] = bytes[11] = 0xff;
  std::ranges::copy_backward(address.bytes(), bytes.end());
  return bytes;
}

struct policy {
  bytes16 prefix;
  int bits;
  int precedence;
  int label;
};

// RFC 6724, section 2.1, the longest prefixes first.
constexpr std::array<policy, 9> policies{{
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, 50, 0},  // ::1
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, 35, 4},         // IPv4
    {{}, 96, 1, 3},                                                  // IPv4-compatible
    {{0x20, 0x01}, 32, 5, 5},                                        // Teredo
    {{0x20, 0x02}, 16, 30, 2},                                       // 6to4
    {{0x3f, 0xfe}, 16, 1, 12},                                       // 6bone
    {{0xfe, 0xc0}, 10, 1, 11},                                       // site-local
    {{0xfc}, 7, 3, 13},                                              // unique local
    {{}, 0, 40, 1},                                                  // all others
}};

int common_bits(const bytes16& a, const bytes16& b) noexcept {
  int bits = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto different = static_cast<std::uint8_t>(a[i] ^ b[i]);
    bits += std::countl_zero(different);
    if (different != 0) break;
  }
  return bits;
}

const policy& policy_of(const ip_address& address) noexcept {
  const bytes16 bytes = mapped(address);
  return *std::ranges::find_if(
      policies, [&](const policy& p) { return common_bits(p.prefix, bytes) >= p.bits; });
}

// In the words of multicast: 2 on the link, 5 on the site, 14 everywhere.
int scope_of(const ip_address& address) noexcept {
  const auto bytes = address.bytes();
  if (!address.is_v6()) {
    const bool link = bytes[0] == 127 || (bytes[0] == 169 && bytes[1] == 254);
    return link ? 2 : 14;
  }
  if (bytes[0] == 0xff) return bytes[1] & 0xf;
  if (address.is_loopback() || (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80)) return 2;
  return bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0xc0 ? 5 : 14;
}

/// The rules as numbers: the first that differ decide, and less is better. Rules 3, 4 and 7 ask
/// what the kernel does not tell.
std::array<int, 7> rank(const destination& d, int place) noexcept {
  const ip_address from = d.from.value_or(ip_address());
  const policy& p = policy_of(d.to);
  const int scope = scope_of(d.to);
  // Rule 9 is for IPv6: of IPv4 networks a common prefix says little, and it would undo a server's
  // rotation.
  const bool both_v6 = d.to.is_v6() && from.is_v6();
  return {d.from ? 0 : 1,                                      // 1: usable
          d.from && scope == scope_of(from) ? 0 : 1,           // 2: scopes match
          d.from && p.label == policy_of(from).label ? 0 : 1,  // 5: labels match
          -p.precedence,                                       // 6
          scope,                                               // 8: the smaller scope
          both_v6 ? -common_bits(mapped(d.to), mapped(from)) : 0,
          place};
}

std::optional<ip_address> source_of(const ip_address& to) noexcept {
  const socket_address address(endpoint{to, 53});
  const int fd = ::socket(to.is_v6() ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return std::nullopt;
  std::optional<ip_address> from;
  socket_address ours;
  if (::connect(fd, address.data(), address.size()) == 0 &&
      ::getsockname(fd, ours.data(), ours.size_to_fill()) == 0) {
    from = ours.to_endpoint().address;
  }
  ::close(fd);
  return from;
}

}  // namespace

void order_destinations(std::vector<destination>& destinations) {
  std::map<std::array<int, 7>, destination> ranked;
  for (const destination& d : destinations)
    ranked.emplace(rank(d, static_cast<int>(ranked.size())), d);
  std::ranges::copy(ranked | std::views::values, destinations.begin());
}

std::vector<ip_address> in_order_to_try(std::vector<ip_address> addresses) {
  // A simulated network has no routes that we could ask for.
  if (addresses.size() < 2 || loop::current()->owns_clock()) return addresses;
  std::vector<destination> all;
  all.reserve(addresses.size());
  for (const ip_address& address : addresses) all.push_back({address, source_of(address)});
  order_destinations(all);
  std::ranges::transform(all, addresses.begin(), &destination::to);
  return addresses;
}

}  // namespace eddy::detail
