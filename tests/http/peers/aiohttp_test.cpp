// SPDX-License-Identifier: MIT
//
// Client and server with aiohttp at the other end.
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <eddy/core/run.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/http/client.hpp>
#include <eddy/http/multipart.hpp>
#include <eddy/http/server.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>
#include <nginx_server.hpp>
#include <real_peers.hpp>

namespace eddy::http {
namespace {

using eddy::testing::shell;
using testing::at;

const std::string python = "/usr/bin/python3";  // Debian's, which has Debian's aiohttp
const std::string folder = EDDY_PEERS_FOLDER;

class aiohttp : public eddy::testing::io_test {
 protected:
  void SetUp() override {
    if (std::system((python + " -c 'import aiohttp' 2>/dev/null").c_str()) != 0) {
      GTEST_SKIP() << "python3-aiohttp is not installed";
    }
  }
};
INSTANTIATE_TEST_SUITE_P(http, aiohttp, ::testing::Values(backend_kind::uring, backend_kind::epoll),
                         eddy::testing::backend_label);

task<server_reply> echo(server_request& request) {
  const auto type = request.head.headers.get("Content-Type").value_or("text/plain");
  headers fields{{"Content-Type", type}};
  co_return server_reply{.headers = std::move(fields), .body = co_await request.text()};
}

body_stream numbers() {
  for (int i = 0; i < 1000; ++i) co_yield fmt::format("{:03}", i);
}

server busy_server() {
  server s;
  s.route("GET", "/hello", [](server_request&) -> task<server_reply> {
    co_return server_reply::text(200, "hello");
  });
  s.route("GET", "/number/{n}", [](server_request& request) -> task<server_reply> {
    co_return server_reply::text(200, std::string(request.parameter("n")));
  });
  s.route("POST", "/echo", echo);
  s.route("GET", "/stream", [](server_request&) -> task<server_reply> {
    co_return server_reply{.body = body::stream(numbers())};
  });
  s.route("GET", "/redirect", [](server_request&) -> task<server_reply> {
    co_return server_reply::redirect("/hello");
  });
  return s;
}

task<> its_client_asks_our_server() {
  server s = busy_server();
  co_await testing::while_serving(s, [](endpoint where) -> task<> {
    EXPECT_EQ(
        co_await shell(fmt::format("{} {}/aiohttp_client.py {}", python, folder, at(where, ""))),
        "get 200 hello\n"
        "head 200 5 b''\n"
        "json {'a': [1, 2]}\n"
        "chunked upload 3000\n"
        "expect 500000\n"
        "too much 413\n"
        "stream chunked 3000\n"
        "redirect 1 hello\n"
        "nowhere 404\n"
        "large header 431\n"
        "many True\n");
  });
}

TEST_P(aiohttp, its_client_asks_our_server) {
  eddy::testing::run_real(its_client_asks_our_server, GetParam());
}

/// With its server, which has started: that takes longer than any of the tests.
class aiohttp_server : public aiohttp {
 protected:
  void SetUp() override {
    aiohttp::SetUp();
    if (IsSkipped()) return;
    where_ = eddy::testing::free_endpoint();
    process_.emplace(
        std::vector{python, folder + "/aiohttp_server.py", std::to_string(where_.port)});
    run([&] { return eddy::testing::wait_for_server(where_); }, {.backend = backend_kind::epoll});
  }

  [[nodiscard]] std::string url(std::string_view path) const { return at(where_, path); }

  void run_test(std::function<task<>(client&)> body) {
    eddy::testing::run_real(
        [&]() -> task<> {
          client c;
          co_await body(c);
          EXPECT_EQ(c.in_use(), 0U);
        },
        GetParam());
  }

 private:
  endpoint where_;
  std::optional<eddy::testing::child_process> process_;
};
INSTANTIATE_TEST_SUITE_P(http, aiohttp_server,
                         ::testing::Values(backend_kind::uring, backend_kind::epoll),
                         eddy::testing::backend_label);

task<std::string> text_of(response answer) { co_return co_await answer.text(); }

TEST_P(aiohttp_server, answers_many_requests_on_kept_connections) {
  run_test([this](client& c) -> task<> {
    co_await with_task_group([&](task_group& group) -> task<> {
      for (int i = 0; i < 8; ++i) {
        (void)group.create_task([&]() -> task<> {
          for (int k = 0; k < 25; ++k) {
            EXPECT_EQ(co_await text_of(co_await c.get(url("/hello"))), "hello");
          }
        });
      }
      co_return;
    });
    EXPECT_EQ(c.idle(), 8U);
  });
}

TEST_P(aiohttp_server, takes_bodies_of_every_kind) {
  run_test([this](client& c) -> task<> {
    const std::string large(2'000'000, 'x');  // waits for 100 Continue
    EXPECT_EQ(co_await text_of(co_await c.post(url("/echo"), {.body = "small"})), "small");
    EXPECT_EQ(co_await text_of(co_await c.post(url("/echo"), {.body = large})), large);
    EXPECT_EQ(
        (co_await text_of(co_await c.post(url("/echo"), {.body = body::stream(numbers())}))).size(),
        3000U);
    EXPECT_EQ(co_await text_of(co_await c.post(
                  url("/form"), {.body = body::form({{"name", "Ada & Co"}, {"city", "Zürich"}})})),
              "name=Ada & Co\ncity=Zürich");
    form_data form;
    form.add_field("title", "a \"title\"");
    form.add_field("photo", std::string(1000, 'p'),
                   {.file_name = "me 1.png", .content_type = "image/png"});
    EXPECT_EQ(
        co_await text_of(co_await c.post(url("/form"), {.body = body::multipart(std::move(form))})),
        "title=a \"title\"\nphoto=me 1.png image/png 1000");
  });
}

TEST_P(aiohttp_server, gives_answers_of_every_kind) {
  run_test([this](client& c) -> task<> {
    EXPECT_EQ((co_await text_of(co_await c.get(url("/chunked")))).size(), 3000U);
    EXPECT_EQ(co_await text_of(co_await c.get(url("/compressed"))), std::string(100'000, 'x'));
    EXPECT_EQ(co_await text_of(co_await c.get(url("/redirect"))), "hello");
    EXPECT_EQ(co_await text_of(co_await c.get(url("/whoami"))), "nobody");
    EXPECT_EQ(co_await text_of(co_await c.get(url("/whoami"),
                                              {.authorization = basic_auth("ada", "pass word")})),
              "ada");
    EXPECT_EQ((co_await c.get(url("/nowhere"))).status(), 404);
    EXPECT_EQ((co_await c.head(url("/hello"))).headers().get("Content-Length"), "5");
  });
}

}  // namespace
}  // namespace eddy::http
