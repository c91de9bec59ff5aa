// SPDX-License-Identifier: MIT
//
// The client against a server that others wrote, and the server behind a proxy that others wrote.
#include <set>
#include <string>

#include <eddy/core/task_group.hpp>
#include <eddy/http/client.hpp>
#include <eddy/http/server.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>
#include <nginx_server.hpp>
#include <real_peers.hpp>

namespace eddy::http {
namespace {

using eddy::testing::nginx_server;
using testing::at;

class nginx : public eddy::testing::io_test {
 protected:
  void SetUp() override {
    if (eddy::testing::find_program("nginx").empty()) GTEST_SKIP() << "nginx is not installed";
  }
};
INSTANTIATE_TEST_SUITE_P(http, nginx, ::testing::Values(backend_kind::uring, backend_kind::epoll),
                         eddy::testing::backend_label);

/// Answers with the connection's number and its count of requests, compressed.
nginx_server counting_server(int keepalive_requests) {
  return nginx_server({.server = R"(location / { return 200 "$connection $connection_requests"; })",
                       .http = "gzip on; gzip_min_length 1; default_type text/html;"
                               "keepalive_requests " +
                               std::to_string(keepalive_requests) + ";"});
}

body_stream pieces(int count) {
  const std::string piece(10'000, 'x');
  for (int i = 0; i < count; ++i) co_yield piece;
}

struct served {
  int requests = 0;
  std::set<std::string> connections;
};

task<> fetch(client& c, std::string url, int count, served& seen) {
  for (int i = 0; i < count; ++i) {
    response r = co_await c.get(url);
    EXPECT_EQ(r.status(), 200);
    const std::string text = co_await r.text();
    seen.connections.insert(text.substr(0, text.find(' ')));
    ++seen.requests;
  }
}

task<served> fetch_from(const nginx_server& server, client& c) {
  served seen;
  co_await server.wait_until_ready();
  co_await with_task_group([&](task_group& group) -> task<> {
    for (int i = 0; i < 10; ++i) {
      (void)group.create_task(fetch, std::ref(c), at(server.where(), "/"), 100, std::ref(seen));
    }
    co_return;
  });
  co_return seen;
}

task<> a_thousand_requests_share_the_connections() {
  const nginx_server server = counting_server(1000);
  client c({.max_per_host = 4});
  const served seen = co_await fetch_from(server, c);
  EXPECT_EQ(seen.requests, 1000);
  EXPECT_EQ(seen.connections.size(), 4U);
  EXPECT_EQ(c.idle(), 4U);
}

task<> none_is_lost_when_the_server_closes_after_every_few() {
  const nginx_server server = counting_server(7);
  client c({.max_per_host = 4});
  const served seen = co_await fetch_from(server, c);
  EXPECT_EQ(seen.requests, 1000);
  EXPECT_GE(seen.connections.size(), 1000U / 7);
  EXPECT_LE(seen.connections.size(), 1000U / 7 + 4);
}

/// Takes and gives bodies of every kind.
server busy_server() {
  server s;
  s.route("POST", "/size", [](server_request& request) -> task<server_reply> {
    std::size_t size = 0;
    request.limit_body(4'000'000);
    while (const auto piece = co_await request.next()) size += piece->size();
    co_return server_reply::text(200, std::to_string(size));
  });
  s.route("GET", "/stream", [](server_request&) -> task<server_reply> {
    co_return server_reply{.body = body::stream(pieces(100))};
  });
  s.route("GET", "/from", [](server_request& request) -> task<server_reply> {
    co_return server_reply::text(
        200, std::string(request.head.headers.get("X-Forwarded-For").value_or("nobody")));
  });
  return s;
}

/// A server of ours, and an nginx in front of it that keeps connections to it.
task<> serves_behind_a_proxy() {
  server s = busy_server();
  co_await testing::while_serving(s, [&](endpoint behind) -> task<> {
    const nginx_server proxy(
        {.server = R"(location / { proxy_pass http://behind; proxy_http_version 1.1;
                      proxy_set_header Connection ""; proxy_set_header X-Forwarded-For $remote_addr;
                      proxy_buffering off; proxy_request_buffering off;
                      client_max_body_size 4m; })",
         .http = "upstream behind { server " + behind.to_string() + "; keepalive 4; }"});
    co_await proxy.wait_until_ready();
    client c;
    const auto text = [](response answer) -> task<std::string> {
      co_return co_await answer.text();
    };
    for (int i = 0; i < 100; ++i) {
      EXPECT_EQ(co_await text(co_await c.get(at(proxy.where(), "/from"))), "127.0.0.1");
    }
    EXPECT_LE(s.connections(), 4U) << "nginx keeps them";
    EXPECT_EQ((co_await text(co_await c.get(at(proxy.where(), "/stream")))).size(), 1'000'000U);
    const std::string url = at(proxy.where(), "/size");
    EXPECT_EQ(co_await text(co_await c.post(url, {.body = std::string(2'000'000, 'x')})),
              "2000000");
    EXPECT_EQ(co_await text(co_await c.post(url, {.body = body::stream(pieces(100))})), "1000000");
    EXPECT_EQ((co_await c.get(at(proxy.where(), "/nowhere"))).status(), 404);
    co_await c.close();
  });
}

TEST_P(nginx, a_thousand_requests_share_the_connections) {
  eddy::testing::run_real(a_thousand_requests_share_the_connections, GetParam());
}

TEST_P(nginx, serves_behind_a_proxy) { eddy::testing::run_real(serves_behind_a_proxy, GetParam()); }

TEST_P(nginx, none_is_lost_when_the_server_closes_after_every_few) {
  eddy::testing::run_real(none_is_lost_when_the_server_closes_after_every_few, GetParam());
}

}  // namespace
}  // namespace eddy::http
