// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <eddy/http/server_message.hpp>

namespace eddy::http::detail {

/// Appends the head of `reply` to `out`, framed for its body.
///
/// Errors: `std::invalid_argument` for what is not the status of a final response; `out` is then
/// unchanged.
void append_reply_head(std::string& out, server_reply& reply, http_version asked_in,
                       const std::string& date, bool keep_alive);

/// Whether the body goes over the wire: not after HEAD, nor with a status that has none.
[[nodiscard]] bool sends_body(const server_reply& reply, std::string_view method) noexcept;

}  // namespace eddy::http::detail
