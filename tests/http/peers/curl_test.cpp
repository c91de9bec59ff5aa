// SPDX-License-Identifier: MIT
//
// The server against a client that others wrote.
#include <string>

#include <eddy/core/sleep.hpp>
#include <eddy/http/server.hpp>
#include <eddy/io/unix_socket.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>
#include <real_peers.hpp>
#include <temporary_folder.hpp>
#include <tls_pair.hpp>

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

body_stream numbers(int count) {
  for (int i = 0; i < count; ++i) co_yield std::to_string(i) + "\n";
}

server busy_server(server_options options = {}) {
  server s(std::move(options));
  s.fallback(tell_size);
  s.route("GET", "/stream", [](server_request&) -> task<server_reply> {
    co_return server_reply{.body = body::stream(numbers(3))};
  });
  s.route("GET", "/redirect/{n}", [](server_request& request) -> task<server_reply> {
    const int left = std::stoi(std::string(request.parameter("n")));
    co_return server_reply::redirect(left > 0 ? "/redirect/" + std::to_string(left - 1) : "/");
  });
  s.route("GET", "/visit", [](server_request& request) -> task<server_reply> {
    server_reply reply = server_reply::text(
        200, std::string(request.head.headers.get("Cookie").value_or("none")) + "\n");
    reply.headers.add("Set-Cookie", "seen=yes; Path=/; HttpOnly");
    co_return reply;
  });
  return s;
}

task<> streams_redirects_and_cookies() {
  server s = busy_server();
  co_await testing::while_serving(s, [](endpoint where) -> task<> {
    EXPECT_EQ(co_await shell("curl -s -N " + at(where, "/stream")), "0\n1\n2\n");
    EXPECT_EQ(co_await shell("curl -s --http1.0 " + at(where, "/stream")), "0\n1\n2\n");
    EXPECT_EQ(co_await shell("curl -s -L -w '%{num_redirects} %{num_connects}' " +
                             at(where, "/redirect/4")),
              "GET 0\n5 1");
    EXPECT_EQ(co_await shell("curl -s -c /dev/null -b x=y " + at(where, "/visit") + " " +
                             at(where, "/visit")),
              "x=y\nseen=yes; x=y\n");
  });
}

task<> methods_forms_and_ranges_of_urls() {
  server s = busy_server();
  co_await testing::while_serving(s, [](endpoint where) -> task<> {
    EXPECT_EQ(co_await shell("curl -s -d a=b -d c=d " + at(where, "/")), "POST 7\n");
    EXPECT_EQ(co_await shell("curl -s -X DELETE " + at(where, "/")), "DELETE 0\n");
    EXPECT_EQ(co_await shell("printf abc | curl -s -T - " + at(where, "/")), "PUT 3\n")
        << "chunked";
    EXPECT_EQ(co_await shell("curl -s -F name=Ada -F 'file=@/dev/null' " + at(where, "/") +
                             " | cut -d' ' -f1"),
              "POST\n");
    EXPECT_EQ(co_await shell("curl -s --parallel --parallel-max 20 '" + at(where, "/[1-100]") +
                             "' 2>/dev/null | sort | uniq -c | xargs"),
              "100 GET 0\n");
    EXPECT_EQ(co_await shell("curl -s -o /dev/null -w '%{http_code}' -H \"X: $(head -c 70000 "
                             "/dev/zero | tr '\\0' x)\" " +
                             at(where, "/")),
              "431");
  });
}

task<> speaks_tls_and_over_unix_sockets() {
  const certificates& made = certificates::made();
  server secret = busy_server({.tls = server_context()});
  co_await testing::while_serving(secret, [&](endpoint where) -> task<> {
    EXPECT_EQ(co_await shell("curl -s --cacert " + made.file("ca.pem") + " --resolve shop.test:" +
                             std::to_string(where.port) + ":127.0.0.1 -w '%{ssl_verify_result}' " +
                             "https://shop.test:" + std::to_string(where.port) + "/"),
              "GET 0\n0");
  });
  const eddy::testing::temporary_folder folder;
  const std::string path = folder.path() / "socket";
  server local = busy_server();
  co_await with_task_group([&](task_group& group) -> task<> {
    auto serving =
        group.create_task([&]() -> task<> { co_await local.serve(unix_socket::listen(path)); });
    co_await yield();
    EXPECT_EQ(co_await shell("curl -s --unix-socket " + path + " http://anything/"), "GET 0\n");
    serving.cancel();
  });
}

TEST_P(curl, streams_redirects_and_cookies) {
  eddy::testing::run_real(streams_redirects_and_cookies, GetParam());
}

TEST_P(curl, methods_forms_and_ranges_of_urls) {
  eddy::testing::run_real(methods_forms_and_ranges_of_urls, GetParam());
}

TEST_P(curl, speaks_tls_and_over_unix_sockets) {
  (void)certificates::made();  // not at the cost of the test's own time
  eddy::testing::run_real(speaks_tls_and_over_unix_sockets, GetParam());
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
