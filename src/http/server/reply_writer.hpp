// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <eddy/http/server_message.hpp>

namespace eddy::http::detail {

/// How the client sees where the body ends.
enum class reply_framing : unsigned char { sized, chunked, until_close };

/// Of a body that goes to a client of that version.
[[nodiscard]] reply_framing framing_of(const body& body, http_version asked_in) noexcept;

/// Whether a message of that status may have a body at all.
[[nodiscard]] constexpr bool has_body(int status) noexcept {
  return status >= 200 && status != 204 && status != 304;
}

/// Appends the head of `reply` to `out`, framed for its body.
///
/// Errors: `std::invalid_argument` for what is not the status of a final response, nor a 101 with
/// an upgrade; `out` is then unchanged.
void append_reply_head(std::string& out, const server_reply& reply, http_version asked_in,
                       std::string_view date, bool keep_alive);

/// Appends what stands before a chunk of that size.
void append_chunk_line(std::string& out, std::size_t size);

}  // namespace eddy::http::detail
