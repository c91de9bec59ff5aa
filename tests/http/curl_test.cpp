// SPDX-License-Identifier: MIT
//
// The server against a client that others wrote.
#include <eddy/http/server.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>
#include <real_peers.hpp>

namespace eddy::http {
namespace {

using eddy::testing::shell;
using testing::at;

class curl : public eddy::testing::io_test {
 protected:
  void SetUp() override {
    if (eddy::testing::find_program("curl").empty()) GTEST_SKIP() << "curl is not installed";
  }
};
INSTANTIATE_TEST_SUITE_P(http, curl, ::testing::Values(backend_kind::uring, backend_kind::epoll),
                         eddy::testing::backend_label);

task<server_reply> tell_size(server_request& request) {
  co_return server_reply::text(
      200, request.head.method + " " + std::to_string((co_await request.text()).size()) + "\n");
}

task<> gets_and_heads() {
  server s;
  s.fallback(tell_size);
  co_await testing::while_serving(s, [](endpoint where) -> task<> {
    const std::string head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
        "Content-Length: 6\r\nDate: …\r\n\r\n";
    EXPECT_EQ(testing::without_dates(co_await shell("curl -s -i " + at(where, "/"))),
              head + "GET 0\n");
    EXPECT_EQ(testing::without_dates(co_await shell("curl -s --head " + at(where, "/"))),
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
              "Content-Length: 7\r\nDate: …\r\n\r\n");
  });
}

task<> two_pages_come_over_one_connection() {
  server s;
  s.fallback(tell_size);
  co_await testing::while_serving(s, [](endpoint where) -> task<> {
    EXPECT_EQ(
        co_await shell("curl -s -w '%{num_connects} ' " + at(where, "/1") + " " + at(where, "/2")),
        "GET 0\n1 GET 0\n0 ");
  });
}

task<> uploads_are_taken_up_to_the_limit() {
  server s({.max_body = 2'000'000});
  s.fallback(tell_size);
  co_await testing::while_serving(s, [](endpoint where) -> task<> {
    const auto upload = [&](int size, std::string options) {
      return shell("head -c " + std::to_string(size) + " /dev/zero | curl -s " + options +
                   " -w '%{http_code}' --data-binary @- " + at(where, "/"));
    };
    const std::string chunked = "-H 'Transfer-Encoding: chunked'";
    EXPECT_EQ(co_await upload(100, chunked), "POST 100\n200");
    EXPECT_EQ(co_await upload(2'000'000, chunked), "POST 2000000\n200");
    EXPECT_EQ(co_await upload(2'000'000, ""), "POST 2000000\n200");  // waits for 100 Continue
    EXPECT_EQ(co_await upload(2'000'001, "-o /dev/null " + chunked), "413");
    EXPECT_EQ(co_await upload(2'000'001, "-o /dev/null"), "413");
  });
}

TEST_P(curl, gets_and_heads) { eddy::testing::run_real(gets_and_heads, GetParam()); }

TEST_P(curl, two_pages_come_over_one_connection) {
  eddy::testing::run_real(two_pages_come_over_one_connection, GetParam());
}

TEST_P(curl, uploads_are_taken_up_to_the_limit) {
  eddy::testing::run_real(uploads_are_taken_up_to_the_limit, GetParam());
}

}  // namespace
}  // namespace eddy::http
