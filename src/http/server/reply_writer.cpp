// SPDX-License-Identifier: MIT
#include <http/server/reply_writer.hpp>

#include <array>
#include <charconv>
#include <concepts>
#include <stdexcept>

#include <fmt/core.h>

#include <http/message/text.hpp>

namespace eddy::http::detail {
namespace {

void append_number(std::string& out, std::unsigned_integral auto number, int base = 10) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), number, base).ptr;
  out.append(digits.begin(), end);
}

void append_status_line(std::string& out, int status) {
  out += "HTTP/1.1 ";
  append_number(out, static_cast<unsigned>(status));
  out.append(" ").append(reason_phrase(status)).append("\r\n");
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

// A handler that frames the body by hand could only contradict what is sent.
bool frames_message(std::string_view name) noexcept {
  return equal_ignoring_case(name, "Content-Length") ||
         equal_ignoring_case(name, "Transfer-Encoding");
}

}  // namespace

reply_framing framing_of(const body& body, http_version asked_in) noexcept {
  if (body.size()) return reply_framing::sized;
  return asked_in == http_version::v1_0 ? reply_framing::until_close : reply_framing::chunked;
}

void append_reply_head(std::string& out, const server_reply& reply, http_version asked_in,
                       std::string_view date, bool keep_alive) {
  const bool switches = reply.status == 101 && reply.upgrade;
  if ((reply.status < 200 && !switches) || reply.status > 999) {
    throw std::invalid_argument(
        fmt::format("response status {}: a final response has at least 200", reply.status));
  }
  const bool says_connection = !switches && (!keep_alive || asked_in == http_version::v1_0);
  bool has_date = false;
  bool has_type = reply.body.content_type().empty();  // there is none to add
  append_status_line(out, reply.status);
  for (const auto& [name, value] : reply.headers) {
    if (frames_message(name)) continue;
    if (says_connection && equal_ignoring_case(name, "Connection")) continue;
    has_date = has_date || equal_ignoring_case(name, "Date");
    has_type = has_type || equal_ignoring_case(name, "Content-Type");
    append_field(out, name, value);
  }
  // RFC 9110: a 204 has no Content-Length; that of a 304 would be the size of another response's
  // body.
  if (has_body(reply.status)) {
    if (!has_type) append_field(out, "Content-Type", reply.body.content_type());
    if (const auto size = reply.body.size()) {
      out += "Content-Length: ";
      append_number(out, *size);
      out += "\r\n";
    } else if (framing_of(reply.body, asked_in) == reply_framing::chunked) {
      append_field(out, "Transfer-Encoding", "chunked");
    }
  }
  if (!has_date) append_field(out, "Date", date);
  if (says_connection) append_field(out, "Connection", keep_alive ? "keep-alive" : "close");
  out += "\r\n";
}

void append_chunk_line(std::string& out, std::size_t size) {
  append_number(out, size, 16);
  out += "\r\n";
}

}  // namespace eddy::http::detail
