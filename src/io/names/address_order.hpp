// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <vector>

#include <eddy/io/ip_address.hpp>

namespace eddy::detail {

/// Where a packet could go, and where it would come from: nothing if there is no way.
struct destination {
  ip_address to;
  std::optional<ip_address> from;
};

/// In the order to try them (RFC 6724): reachable ones first, then what suits our own addresses.
/// Equals stay as they are, so that a server's rotation is kept.
void order_destinations(std::vector<destination>& destinations);

/// The same, with the sources that the system would choose now. No packet is sent.
/// Requires: a running loop.
[[nodiscard]] std::vector<ip_address> in_order_to_try(std::vector<ip_address> addresses);

}  // namespace eddy::detail
