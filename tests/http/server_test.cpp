// SPDX-License-Identifier: MIT
#include <eddy/http/server.hpp>

#include <chrono>

#include <eddy/core/sleep.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;
using testing::talk;
using testing::while_serving;

task<server_reply> hello(server_request& request) {
  co_return server_reply::text(200, "hello " + request.path);
}

EDDY_IO_TEST(server, answers_a_get) {
  server s;
  s.fallback(hello);
  co_await while_serving(s, [](endpoint where) -> task<> {
    EXPECT_EQ(testing::without_dates(
                  co_await talk(where, "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")),
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
              "Content-Length: 8\r\nDate: …\r\nConnection: close\r\n\r\nhello /x");
  });
}

}  // namespace
}  // namespace eddy::http
