// SPDX-License-Identifier: MIT
//
// The client against a server that others wrote.
#include <set>
#include <string>

#include <eddy/core/task_group.hpp>
#include <eddy/http/client.hpp>
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

TEST_P(nginx, a_thousand_requests_share_the_connections) {
  eddy::testing::run_real(a_thousand_requests_share_the_connections, GetParam());
}

TEST_P(nginx, none_is_lost_when_the_server_closes_after_every_few) {
  eddy::testing::run_real(none_is_lost_when_the_server_closes_after_every_few, GetParam());
}

}  // namespace
}  // namespace eddy::http
