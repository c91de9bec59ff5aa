// SPDX-License-Identifier: MIT
#include <eddy/http/head.hpp>

#include <algorithm>
#include <iterator>
#include <stdexcept>

#include <fmt/core.h>

#include <http/message/head_lines.hpp>
#include <http/message/text.hpp>

namespace eddy::http {
namespace {

struct known_status {
  int status;
  std::string_view reason;
};

constexpr known_status known_statuses[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {418, "I'm a teapot"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

std::string_view version_text(http_version version) noexcept {
  return version == http_version::v1_1 ? "HTTP/1.1" : "HTTP/1.0";
}

void append_fields(std::string& out, const headers& headers) {
  for (const auto& [name, value] : headers) detail::append_field(out, name, value);
  out.append("\r\n");
}

}  // namespace

std::string_view reason_phrase(int status) noexcept {
  const auto known = std::ranges::find(known_statuses, status, &known_status::status);
  return known == std::end(known_statuses) ? std::string_view() : known->reason;
}

void detail::append_request_line(std::string& out, std::string_view method, std::string_view target,
                                 std::string_view version) {
  if (!is_token(method)) {
    throw std::invalid_argument(fmt::format("request method {}: not a token", quoted(method)));
  }
  if (target.empty() || !std::ranges::all_of(target, is_target_char)) {
    throw std::invalid_argument(fmt::format(
        "request target {}: it must not be empty nor hold spaces, controls or bytes above 0x7e; "
        "percent-encode them",
        quoted(target)));
  }
  out.append(method).append(" ").append(target).append(" ").append(version).append("\r\n");
}

void append_to(std::string& out, const request_head& head) {
  detail::append_request_line(out, head.method, head.target, version_text(head.version));
  append_fields(out, head.headers);
}

void append_to(std::string& out, const response_head& head) {
  if (head.status < 100 || head.status > 999) {
    throw std::invalid_argument(
        fmt::format("response status {}: it must have three digits", head.status));
  }
  if (detail::has_control(head.reason)) {
    throw std::invalid_argument(fmt::format("response reason {}: control bytes are not allowed",
                                            detail::quoted(head.reason)));
  }
  out.append(version_text(head.version))
      .append(" ")
      .append(std::to_string(head.status))
      .append(" ");
  out.append(head.reason.empty() ? reason_phrase(head.status) : head.reason).append("\r\n");
  append_fields(out, head.headers);
}

}  // namespace eddy::http
