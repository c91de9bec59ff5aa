// SPDX-License-Identifier: MIT
#include <eddy/http/client.hpp>

#include <chrono>

#include <eddy/core/sleep.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;
using testing::while_serving;

std::string at(endpoint where, std::string_view path) {
  return "http://" + where.to_string() + std::string(path);
}

EDDY_IO_TEST(client, gets_a_page) {
  server s;
  s.route("GET", "/p/{id}", [](server_request& request) -> task<server_reply> {
    co_return server_reply::html(200, "<p>" + std::string(request.parameter("id")));
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c;
    response r = co_await c.get(at(where, "/p/7"));
    EXPECT_EQ(r.status(), 200);
    EXPECT_EQ(r.headers().get("content-type"), "text/html; charset=utf-8");
    EXPECT_EQ(r.url(), at(where, "/p/7"));
    EXPECT_EQ(co_await r.text(), "<p>7");
    EXPECT_EQ(c.idle(), 1U);
    EXPECT_EQ(c.in_use(), 0U);
  });
}

}  // namespace
}  // namespace eddy::http
