// SPDX-License-Identifier: MIT
//
// Where connections come from, and what is spoken below HTTP.
#include <chrono>
#include <string>

#include <eddy/core/outcome.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/http/server.hpp>
#include <eddy/io/tls.hpp>
#include <eddy/io/unix_socket.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>
#include <tls_pair.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;
using testing::while_serving;

constexpr std::string_view get = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view last_get = "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

task<server_reply> tell(server_request& request) {
  co_return server_reply::text(200, request.path + (request.secure ? " over TLS;" : ";"));
}

template <class Stream>
task<std::string> read_all(Stream& from) {
  std::string text;
  std::array<char, 4096> piece;
  while (const std::size_t count = co_await from.read_some(std::span(piece))) {
    text.append(piece.data(), count);
  }
  co_return text;
}

EDDY_NETWORK_TEST(server_listen, speaks_tls_and_says_goodbye) {
  server s({.tls = server_context()});
  s.fallback(tell);
  co_await while_serving(s, [](endpoint where) -> task<> {
    auto client = co_await tls::connect(co_await tcp::connect(where), client_context(),
                                        {.host = "shop.test"});
    co_await client.write_all(get);
    co_await client.write_all(last_get);
    const std::string answers = co_await read_all(client);  // throws if the connection was cut
    EXPECT_TRUE(answers.ends_with("/x over TLS;")) << answers;
  });
}

EDDY_NETWORK_TEST(server_listen, a_handshake_that_never_comes_has_a_time_limit) {
  server s({.header_timeout = 20ms, .tls = server_context()});
  s.fallback(tell);
  co_await while_serving(s, [](endpoint where) -> task<> {
    tcp::socket socket = co_await tcp::connect(where);
    EXPECT_EQ(co_await testing::read_to_end(socket), "");
  });
}

EDDY_NETWORK_TEST(server_listen, whoever_does_not_speak_tls_disturbs_nobody) {
  server s({.tls = server_context()});
  s.fallback(tell);
  ::testing::internal::CaptureStderr();
  co_await while_serving(s, [](endpoint where) -> task<> {
    (void)co_await outcome(testing::talk(where, get));
    auto client = co_await tls::connect(co_await tcp::connect(where), client_context(),
                                        {.host = "shop.test"});
    co_await client.write_all(last_get);
    EXPECT_TRUE((co_await read_all(client)).ends_with("/x over TLS;"));
  });
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

EDDY_NETWORK_TEST(server_listen, listens_on_unix_sockets) {
  server s;
  s.fallback(tell);
  const std::string path = "@eddy-http-server-test-" + std::to_string(::getpid());
  co_await with_task_group([&](task_group& group) -> task<> {
    auto serving = group.create_task(&server::serve, &s, unix_socket::listen(path));
    unix_socket::socket client = co_await unix_socket::connect(path);
    co_await client.write_all(last_get);
    EXPECT_TRUE((co_await read_all(client)).ends_with("\r\n\r\n/x;"));
    serving.cancel();
  });
}

EDDY_NETWORK_TEST(server_listen, a_peer_gets_no_more_connections_than_it_may_have) {
  server s({.max_per_peer = 2});
  s.fallback(tell);
  co_await while_serving(s, [](endpoint where) -> task<> {
    std::optional<tcp::socket> first = co_await tcp::connect(where);
    tcp::socket second = co_await tcp::connect(where);
    for (tcp::socket* socket : {&*first, &second}) {
      co_await socket->write_all(get);
      EXPECT_TRUE((co_await testing::read_until(*socket, "/x;")).ends_with("/x;"));
    }
    EXPECT_EQ(co_await testing::talk(where, ""), "") << "a third is closed";
    first.reset();
    std::string answer;
    while (answer.empty()) {
      auto asked = co_await outcome(testing::talk(where, last_get));
      if (asked.has_value()) answer = std::move(asked).value();
    }
    EXPECT_TRUE(answer.ends_with("/x;"));
  });
}

}  // namespace
}  // namespace eddy::http
