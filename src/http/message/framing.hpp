// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <eddy/http/head.hpp>

// What a well-formed head means, decided strictly: the rules of RFC 9112 that a grammar cannot see.
// Everything here throws protocol_error.
namespace eddy::http::detail {

enum class body_kind : unsigned char { none, sized, chunked, until_close };

struct framing {
  body_kind kind = body_kind::none;
  std::uint64_t size = 0;   // of a sized body
  bool keep_alive = false;  // another message may follow on the connection
};

/// `content_length` is what the grammar read from the Content-Length fields, all in agreement.
[[nodiscard]] framing frame(const request_head& head, std::optional<std::uint64_t> content_length);
[[nodiscard]] framing frame(const response_head& head, std::string_view request_method,
                            std::optional<std::uint64_t> content_length);

/// Throws unless there is the one Host that a request must have, and it could be one.
void check_host(const request_head& head);

/// Throws unless the target has a form that its method allows.
void check_target(const request_head& head);

}  // namespace eddy::http::detail
