// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace eddy {

/// An IPv4 or IPv6 address; 0.0.0.0 to begin with.
class ip_address {
 public:
  ip_address() = default;

  [[nodiscard]] static ip_address v4(std::array<std::uint8_t, 4> bytes) noexcept;
  /// `scope`: the number of the interface that a link-local address belongs to.
  [[nodiscard]] static ip_address v6(std::array<std::uint8_t, 16> bytes,
                                     std::uint32_t scope = 0) noexcept;
  /// What a server binds to be reached at all of the machine's addresses.
  [[nodiscard]] static ip_address any_v4() noexcept { return {}; }
  [[nodiscard]] static ip_address any_v6() noexcept { return v6({}); }
  [[nodiscard]] static ip_address loopback_v4() noexcept { return v4({127, 0, 0, 1}); }
  [[nodiscard]] static ip_address loopback_v6() noexcept;

  /// `127.0.0.1`, `::1`, `fe80::1%eth0`; nothing for anything else: names are for `resolve`.
  [[nodiscard]] static std::optional<ip_address> parse(std::string_view text);
  [[nodiscard]] std::string to_string() const;

  [[nodiscard]] bool is_v6() const noexcept { return is_v6_; }
  [[nodiscard]] bool is_loopback() const noexcept;
  /// In network order; 4 of them, or 16.
  [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept {
    return std::span(bytes_).first(is_v6_ ? 16 : 4);
  }
  [[nodiscard]] std::uint32_t scope() const noexcept { return scope_; }

  auto operator<=>(const ip_address&) const = default;

 private:
  bool is_v6_ = false;
  std::array<std::uint8_t, 16> bytes_{};
  std::uint32_t scope_ = 0;
};

}  // namespace eddy
