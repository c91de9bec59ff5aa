// SPDX-License-Identifier: MIT
//
// The client against a server that others wrote.
#include <fstream>
#include <set>
#include <sstream>

#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/http/client.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>
#include <real_peers.hpp>
#include <temporary_folder.hpp>

namespace eddy::http {
namespace {

using testing::at;

class nginx : public eddy::testing::io_test {
 protected:
  void SetUp() override {
    if (eddy::testing::find_program("nginx").empty()) GTEST_SKIP() << "nginx is not installed";
  }
};
INSTANTIATE_TEST_SUITE_P(http, nginx, ::testing::Values(backend_kind::uring, backend_kind::epoll),
                         eddy::testing::backend_label);

/// An nginx that answers with the connection's number and its count of requests, compressed.
class nginx_server {
 public:
  explicit nginx_server(int keepalive_requests)
      : where_(free_endpoint()), process_(command(keepalive_requests)) {}

  [[nodiscard]] const endpoint& where() const noexcept { return where_; }

  task<> wait_until_ready() const {
    for (;;) {
      try {
        (void)co_await tcp::connect(where_);
        co_return;
      } catch (const io_error&) {
      }
      co_await yield();
    }
  }

 private:
  static endpoint free_endpoint() {
    const tcp::listener probe = testing::listen_on_loopback();
    return probe.local_endpoint();
  }

  std::vector<std::string> command(int keepalive_requests) {
    const std::string folder = folder_.path();
    std::ofstream config(folder + "/nginx.conf");
    config << "daemon off; pid " << folder << "/pid; error_log stderr crit;\n"
           << "events {}\nhttp {\n  access_log off;\n";
    for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
      config << "  " << kind << "_temp_path " << folder << "/" << kind << ";\n";
    }
    config << "  gzip on; gzip_min_length 1; default_type text/html;\n"
           << "  keepalive_requests " << keepalive_requests << ";\n"
           << "  server { listen " << where_.to_string() << ";\n"
           << "    location / { return 200 \"$connection $connection_requests\"; } }\n}\n";
    return {eddy::testing::find_program("nginx"),
            "-p",
            folder,
            "-c",
            folder + "/nginx.conf",
            "-e",
            "stderr"};
  }

  eddy::testing::temporary_folder folder_;
  endpoint where_;
  eddy::testing::child_process process_;
};

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
  const nginx_server server(1000);
  client c({.max_per_host = 4});
  const served seen = co_await fetch_from(server, c);
  EXPECT_EQ(seen.requests, 1000);
  EXPECT_EQ(seen.connections.size(), 4U);
  EXPECT_EQ(c.idle(), 4U);
}

task<> none_is_lost_when_the_server_closes_after_every_few() {
  const nginx_server server(7);
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
