// SPDX-License-Identifier: MIT
#include <chrono>

#include <eddy/core/error.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/http/server.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>
#include <http/wire.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

EDDY_NETWORK_TEST(server_drain, a_request_that_has_begun_is_answered_after_the_cancel) {
  server s;
  event entered;
  event go;
  s.fallback([&](server_request&) -> task<server_reply> {
    entered.set();
    co_await go.wait();
    co_return server_reply::text(200, "done;");
  });
  tcp::listener listener = testing::listen_on_loopback();
  const endpoint where = listener.local_endpoint();
  auto serving = create_task(&server::serve, &s, std::move(listener));
  tcp::socket socket = co_await tcp::connect(where);
  co_await socket.write_all(request);
  co_await entered.wait();

  serving.cancel();
  while (true) {  // until nobody listens any more
    const auto refused = co_await outcome(tcp::connect(where));
    if (refused.has_error()) break;
  }
  EXPECT_FALSE(serving.done());
  go.set();
  const std::string answer = co_await testing::read_to_end(socket);
  EXPECT_TRUE(answer.ends_with("done;"));
  EXPECT_NE(answer.find("Connection: close\r\n"), answer.npos);
  EXPECT_TRUE((co_await outcome(serving)).is_cancelled());
}

EDDY_NETWORK_TEST(server_drain, a_handler_that_outlasts_it_is_cancelled) {
  server s({.drain = 20ms});
  event entered;
  s.fallback([&](server_request&) -> task<server_reply> {
    entered.set();
    co_await sleep(1h);
    co_return server_reply{};
  });
  tcp::listener listener = testing::listen_on_loopback();
  const endpoint where = listener.local_endpoint();
  auto serving = create_task(&server::serve, &s, std::move(listener));
  tcp::socket socket = co_await tcp::connect(where);
  co_await socket.write_all(request);
  co_await entered.wait();
  serving.cancel();
  EXPECT_TRUE((co_await outcome(serving)).is_cancelled());
  EXPECT_EQ(co_await testing::read_to_end(socket), "");
  EXPECT_EQ(s.connections(), 0U);
}

EDDY_NETWORK_TEST(server_drain, an_endless_body_ends_at_once_and_whole) {
  server s({.drain = 1h});
  s.fallback([](server_request&) -> task<server_reply> {
    co_return server_reply{.body = body::stream([]() -> body_stream {
                             co_yield "tick";
                             co_await sleep(1h);
                           }),
                           .endless = true};
  });
  tcp::listener listener = testing::listen_on_loopback();
  const endpoint where = listener.local_endpoint();
  auto serving = create_task(&server::serve, &s, std::move(listener));
  tcp::socket socket = co_await tcp::connect(where);
  co_await socket.write_all(request);
  (void)co_await testing::read_until(socket, "4\r\ntick\r\n");
  serving.cancel();
  EXPECT_EQ(co_await testing::read_to_end(socket), "0\r\n\r\n");
  EXPECT_TRUE((co_await outcome(serving)).is_cancelled());
}

EDDY_NETWORK_TEST(server_drain, a_body_that_ends_may_do_so) {
  event go;
  server s({.drain = 1h});
  s.fallback([&](server_request&) -> task<server_reply> {
    co_return server_reply{.body = body::stream([](event& go) -> body_stream {
                             co_yield "a";
                             co_await go.wait();
                             co_yield "b";
                           }(go))};
  });
  tcp::listener listener = testing::listen_on_loopback();
  const endpoint where = listener.local_endpoint();
  auto serving = create_task(&server::serve, &s, std::move(listener));
  tcp::socket socket = co_await tcp::connect(where);
  co_await socket.write_all(request);
  (void)co_await testing::read_until(socket, "1\r\na\r\n");
  serving.cancel();
  for (int i = 0; i < 50; ++i) co_await yield();
  go.set();
  EXPECT_EQ(co_await testing::read_to_end(socket), "1\r\nb\r\n0\r\n\r\n");
  EXPECT_TRUE((co_await outcome(serving)).is_cancelled());
}

EDDY_NETWORK_TEST(server_drain, a_handler_can_see_it_coming) {
  event entered;
  server s({.drain = 1h});
  s.fallback([&](server_request& request) -> task<server_reply> {
    entered.set();
    co_await request.stopping->wait();
    co_return server_reply::text(200, "stopping;");
  });
  tcp::listener listener = testing::listen_on_loopback();
  const endpoint where = listener.local_endpoint();
  auto serving = create_task(&server::serve, &s, std::move(listener));
  tcp::socket socket = co_await tcp::connect(where);
  co_await socket.write_all(request);
  co_await entered.wait();
  serving.cancel();
  EXPECT_TRUE((co_await testing::read_to_end(socket)).ends_with("stopping;"));
  EXPECT_TRUE((co_await outcome(serving)).is_cancelled());
}

EDDY_NETWORK_TEST(server_drain, a_client_that_takes_nothing_does_not_hold_it_up) {
  server s({.drain = 50ms});
  s.fallback([](server_request&) -> task<server_reply> {
    co_return server_reply::text(200, std::string(50'000'000, 'x'));
  });
  tcp::listener listener = testing::listen_on_loopback();
  const endpoint where = listener.local_endpoint();
  auto serving = create_task(&server::serve, &s, std::move(listener));
  tcp::socket socket = co_await tcp::connect(where);
  co_await socket.write_all(request);
  while (s.requests() == 0) co_await yield();
  serving.cancel();
  EXPECT_TRUE((co_await outcome(serving)).is_cancelled());
  EXPECT_EQ(s.connections(), 0U);
}

EDDY_NETWORK_TEST(server_drain, an_upgraded_connection_is_told_and_cancelled_if_it_does_not_end) {
  event told;
  server s({.drain = 20ms});
  s.fallback([&](server_request&) -> task<server_reply> {
    server_reply reply{.status = 101};
    reply.upgrade = [&](detail::upgraded_connection with) -> task<> {
      co_await with.stopping->wait();
      told.set();
      co_await sleep(1h);
    };
    co_return reply;
  });
  tcp::listener listener = testing::listen_on_loopback();
  const endpoint where = listener.local_endpoint();
  auto serving = create_task(&server::serve, &s, std::move(listener));
  tcp::socket socket = co_await tcp::connect(where);
  co_await socket.write_all(request);
  (void)co_await testing::read_until(socket, "\r\n\r\n");
  serving.cancel();
  EXPECT_TRUE((co_await outcome(serving)).is_cancelled());
  EXPECT_TRUE(told.is_set());
  EXPECT_EQ(co_await testing::read_to_end(socket), "");
}

EDDY_NETWORK_TEST(server_drain, does_not_wait_for_idle_connections) {
  server s({.drain = 1h});
  s.fallback(
      [](server_request&) -> task<server_reply> { co_return server_reply::text(200, "done;"); });
  tcp::listener listener = testing::listen_on_loopback();
  const endpoint where = listener.local_endpoint();
  auto serving = create_task(&server::serve, &s, std::move(listener));
  tcp::socket socket = co_await tcp::connect(where);
  co_await socket.write_all(request);
  EXPECT_TRUE((co_await testing::read_until(socket, "done;")).ends_with("done;"));
  serving.cancel();
  EXPECT_TRUE((co_await outcome(serving)).is_cancelled());
  EXPECT_EQ(co_await testing::read_to_end(socket), "");
}

EDDY_NETWORK_TEST(server_drain, a_server_can_serve_again) {
  server s;
  s.fallback(
      [](server_request&) -> task<server_reply> { co_return server_reply::text(200, "done;"); });
  for (int i = 0; i < 2; ++i) {
    co_await testing::while_serving(s, [](endpoint where) -> task<> {
      tcp::socket socket = co_await tcp::connect(where);
      co_await socket.write_all(request);
      EXPECT_TRUE((co_await testing::read_until(socket, "done;")).ends_with("done;"));
    });
  }
}

}  // namespace
}  // namespace eddy::http
