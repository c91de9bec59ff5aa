// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/http/headers.hpp>

// What both ends say to begin with: RFC 6455, section 4.
namespace eddy::http::websocket::detail {

/// A Sec-WebSocket-Key that nobody has used.
[[nodiscard]] std::string new_key();

/// Whether it is 16 bytes in base64, whatever they are.
[[nodiscard]] bool is_key(std::string_view text) noexcept;

/// The Sec-WebSocket-Accept that answers a key.
[[nodiscard]] std::string answer_to_key(std::string_view key);

/// The first of `ours` that the other end has named too; nothing if there is none.
[[nodiscard]] std::optional<std::string> choose_subprotocol(const std::vector<std::string>& ours,
                                                            const headers& request);

}  // namespace eddy::http::websocket::detail
