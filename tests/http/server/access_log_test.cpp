// SPDX-License-Identifier: MIT
#include <eddy/http/access_log.hpp>

#include <chrono>

#include <gtest/gtest.h>

#include <eddy/http/server_message.hpp>

namespace eddy::http {
namespace {

const std::chrono::sys_seconds once(std::chrono::seconds(784'111'777));

server_request request_for(std::string target, headers fields) {
  server_request request;
  request.head.target = std::move(target);
  request.head.headers = std::move(fields);
  request.peer = {ip_address::loopback_v4(), 4242};
  return request;
}

TEST(access_log, is_a_line_that_log_tools_read) {
  const server_request request = request_for("/a?b", {{"User-Agent", "curl/7.88"}});
  EXPECT_EQ(access_log_line({.request = request, .status = 200, .sent = 12}, once),
            "127.0.0.1 - - [06/Nov/1994:08:49:37 +0000] \"GET /a?b HTTP/1.1\" 200 12 \"-\" "
            "\"curl/7.88\"");
}

TEST(access_log, a_client_cannot_write_lines_of_its_own) {
  const server_request request =
      request_for("/\"x\\", {{"Referer", "a\" \"b"}, {"User-Agent", "\xff\t"}});
  EXPECT_EQ(access_log_line({.request = request}, once),
            "127.0.0.1 - - [06/Nov/1994:08:49:37 +0000] \"GET /\\x22x\\x5C HTTP/1.1\" 499 0 "
            "\"a\\x22 \\x22b\" \"\\xFF\"");
}

}  // namespace
}  // namespace eddy::http
