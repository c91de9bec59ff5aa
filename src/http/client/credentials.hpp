// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <eddy/codec/url.hpp>

namespace eddy::http::detail {

/// The user and the password in a URL as a field Authorization has them, `Basic …`; empty where
/// there are none.
[[nodiscard]] std::string basic_credentials(const url& from);

/// The same URL without a user and a password: what may be shown, and kept.
[[nodiscard]] url without_credentials(const url& from);

/// What may be a URL, or is none, as a message shows it: what stands where a user and a password do
/// is left out.
[[nodiscard]] std::string shown_url(std::string_view text);

}  // namespace eddy::http::detail
