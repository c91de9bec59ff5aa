// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <eddy/http/headers.hpp>
#include <http/websocket/deflate.hpp>

// Sec-WebSocket-Extensions, of which only permessage-deflate is spoken.
namespace eddy::http::websocket::detail {

/// What a client's request says: that it takes windows of whatever size.
inline constexpr std::string_view deflate_offer = "permessage-deflate; client_max_window_bits";

/// The first offer of a request that a server can take.
///
/// Errors: throws `std::invalid_argument` where the fields are not a list of extensions.
[[nodiscard]] std::optional<deflate_settings> choose_deflate(const headers& request);

/// What a server's answer says to such an offer.
[[nodiscard]] std::string deflate_answer(const deflate_settings& chosen);

/// What a server has answered to `deflate_offer`; nothing if no extension.
///
/// Errors: throws `std::invalid_argument` for what was not offered, and what makes no sense.
[[nodiscard]] std::optional<deflate_settings> read_deflate_answer(const headers& response);

}  // namespace eddy::http::websocket::detail
