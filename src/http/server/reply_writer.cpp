// SPDX-License-Identifier: MIT
#include <http/server/reply_writer.hpp>

#include <stdexcept>

#include <fmt/core.h>

namespace eddy::http::detail {
namespace {

// RFC 9110: a 204 has no Content-Length; that of a 304 would be the size of another response's
// body.
bool has_body(int status) noexcept { return status != 204 && status != 304; }

}  // namespace

void append_reply_head(std::string& out, server_reply& reply, http_version asked_in,
                       const std::string& date, bool keep_alive) {
  if (reply.status < 200) {
    throw std::invalid_argument(
        fmt::format("response status {}: a final response has at least 200", reply.status));
  }
  // A handler that frames the body by hand could only contradict what is sent.
  reply.headers.erase("Transfer-Encoding");
  reply.headers.erase("Content-Length");
  if (has_body(reply.status))
    reply.headers.add("Content-Length", std::to_string(*reply.body.size()));
  if (!reply.headers.contains("Date")) reply.headers.add("Date", date);
  if (!keep_alive) {
    reply.headers.set("Connection", "close");
  } else if (asked_in == http_version::v1_0) {
    reply.headers.set("Connection", "keep-alive");
  }
  append_to(out, response_head{.status = reply.status, .headers = std::move(reply.headers)});
}

bool sends_body(const server_reply& reply, std::string_view method) noexcept {
  return method != "HEAD" && has_body(reply.status) && !reply.body.empty();
}

}  // namespace eddy::http::detail
