// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace eddy::detail {

/// A host name as it is asked for.
struct host_name {
  std::string ascii;  // in lower case, without a dot at its end
  bool whole;         // it had one: nothing is to be added to it
};

/// Errors: throws `resolve_error` for what can be no name.
[[nodiscard]] host_name check_host_name(std::string_view text);

/// `localhost` and what is under it (RFC 6761).
[[nodiscard]] bool is_localhost(std::string_view name) noexcept;

/// Names that no name server may be asked for: `.invalid` is never any host (RFC 6761), `.onion` is
/// for Tor alone and a question would give away who wants to go there (RFC 7686).
[[nodiscard]] bool is_never_in_dns(std::string_view name) noexcept;

/// What to ask for, in this order.
[[nodiscard]] std::vector<std::string> completions(const host_name& name,
                                                   const std::vector<std::string>& search,
                                                   int ndots);

}  // namespace eddy::detail
