// SPDX-License-Identifier: MIT
#include "message.hpp"

#include <fmt/format.h>

namespace eddy::testing {

std::string reply_head(const mock_reply& reply, bool keep_alive) {
  std::string head =
      fmt::format("HTTP/1.1 {} {}\r\n", reply.status, http::reason_phrase(reply.status));
  for (const auto [name, value] : reply.headers) head += fmt::format("{}: {}\r\n", name, value);
  const bool has_length = reply.headers.contains("Content-Length") ||
                          reply.headers.contains("Transfer-Encoding") ||
                          has_no_body(reply.status, "GET");
  if (!has_length) head += fmt::format("Content-Length: {}\r\n", reply.body.size());
  if (!keep_alive && !reply.headers.contains("Connection")) head += "Connection: close\r\n";
  return head + "\r\n";
}

void append_chunk(std::string& out, std::string_view piece) {
  out += fmt::format("{:x}\r\n{}\r\n", piece.size(), piece);
}

std::string refusal(const http::protocol_error& error) {
  const std::string why = std::string(error.what()) + "\n";
  return reply_head({.status = error.status(), .body = why}, false) + why;
}

bool has_no_body(int status, std::string_view method) noexcept {
  return method == "HEAD" || status / 100 == 1 || status == 204 || status == 304;
}

bool closes(const mock_reply& reply) noexcept {
  return reply.bare || reply.headers.has_token("Connection", "close");
}

bool waits_for_continue(const http::request_head& head) noexcept {
  return head.headers.has_token("Expect", "100-continue");
}

}  // namespace eddy::testing
