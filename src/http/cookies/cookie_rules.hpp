// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include <eddy/codec/url.hpp>

namespace eddy::http::detail {

/// Whether anybody can have names below the domain, as below `com` and `co.uk`: nobody may set a
/// cookie for all of those.
[[nodiscard]] bool is_public_suffix(std::string_view domain);

/// Whether the host is the domain or below it.
[[nodiscard]] bool domain_matches(std::string_view host, std::string_view domain) noexcept;

/// Whether the path of a request is the cookie's path or below it.
[[nodiscard]] bool path_matches(std::string_view path, std::string_view of_cookie) noexcept;

/// Whether nobody between can read what is sent there.
[[nodiscard]] bool is_secure(const url& of) noexcept;

/// The date of an Expires attribute, in any of the ways in which servers have ever written one (RFC
/// 6265, 5.1.1).
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_cookie_date(std::string_view text);

}  // namespace eddy::http::detail
