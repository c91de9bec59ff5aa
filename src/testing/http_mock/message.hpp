// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <eddy/http/error.hpp>
#include <eddy/testing/http_mock.hpp>

// What an `http_mock` says, byte by byte: looser than what eddy::http would send.
namespace eddy::testing {

[[nodiscard]] std::string reply_head(const mock_reply& reply, bool keep_alive);

/// An empty `piece` is the end of the body.
void append_chunk(std::string& out, std::string_view piece);

[[nodiscard]] std::string refusal(const http::protocol_error& error);

[[nodiscard]] bool has_no_body(int status, std::string_view method) noexcept;

/// Whether the reply is the connection's last.
[[nodiscard]] bool closes(const mock_reply& reply) noexcept;

[[nodiscard]] bool waits_for_continue(const http::request_head& head) noexcept;

}  // namespace eddy::testing
