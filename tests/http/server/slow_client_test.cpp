// SPDX-License-Identifier: MIT
//
// Clients that send or take next to nothing, to keep a connection of the server's: every stage of a
// request has an end. Under the virtual clock.
#include <array>
#include <chrono>
#include <string>

#include <eddy/core/outcome.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/http/server.hpp>
#include <eddy/testing/clock.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;
using eddy::testing::now;
using testing::while_serving;

task<server_reply> echo(server_request& request) {
  co_return server_reply::text(200, co_await request.text());
}

/// Sends one byte after the other, until the server has had enough.
task<> drip(tcp::socket& socket, duration pause) {
  try {
    for (;;) {
      co_await socket.write_all("x");
      co_await sleep(pause);
    }
  } catch (const io_error&) {
    // That is the end of it.
  }
}

/// How the server answers who sends `begin` and then a byte in each `pause`.
task<std::string> answer_to_dripping(server& s, std::string_view begin, duration pause) {
  std::string answer;
  co_await while_serving(s, [&](endpoint where) -> task<> {
    tcp::socket socket = co_await tcp::connect(where);
    co_await socket.write_all(begin);
    co_await with_task_group([&](task_group& group) -> task<> {
      auto dripping = group.create_task([&]() -> task<> { co_await drip(socket, pause); });
      answer = co_await testing::read_to_end(socket);
      dripping.cancel();
    });
  });
  co_return answer;
}

EDDY_TEST(slow_client, a_head_that_drips_is_a_408_after_header_timeout) {
  server s;
  s.fallback(echo);
  const std::string answer = co_await answer_to_dripping(s, "GET / HTTP/1.1\r\nX-A: ", 1s);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 408 Request Timeout"));
  EXPECT_GE(now(), 10s);
  EXPECT_LT(now(), 13s);
}

EDDY_TEST(slow_client, a_body_that_drips_is_a_408_although_it_never_stands_still_for_long) {
  server s;
  s.fallback(echo);
  const std::string answer = co_await answer_to_dripping(
      s, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n", 1s);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 408 Request Timeout"));
  EXPECT_GE(now(), 10s);
  EXPECT_LT(now(), 13s);
}

EDDY_TEST(slow_client, a_body_that_comes_at_the_lowest_rate_is_taken) {
  server s;
  s.fallback(echo);
  co_await while_serving(s, [](endpoint where) -> task<> {
    tcp::socket socket = co_await tcp::connect(where);
    co_await socket.write_all(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 24000\r\nConnection: close\r\n\r\n");
    for (int i = 0; i < 100; ++i) {
      co_await socket.write_all(std::string(240, 'x'));
      co_await sleep(1s);
    }
    EXPECT_TRUE((co_await testing::read_to_end(socket)).ends_with(std::string(24'000, 'x')));
  });
}

EDDY_TEST(slow_client, the_rest_of_a_body_that_nobody_reads_may_not_drip_either) {
  server s;
  s.fallback(
      [](server_request&) -> task<server_reply> { co_return server_reply::text(200, "ok;"); });
  const std::string answer = co_await answer_to_dripping(
      s, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n", 1s);
  EXPECT_TRUE(answer.ends_with("ok;"));
  EXPECT_LT(now(), 15s);
}

EDDY_TEST(slow_client, a_slow_handler_is_none_of_the_clients_fault) {
  server s;
  s.fallback([](server_request& request) -> task<server_reply> {
    co_await sleep(60s);
    std::string body;
    while (const auto piece = co_await request.next()) {
      body += *piece;
      co_await sleep(60s);
    }
    co_return server_reply::text(200, body + ";");
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    tcp::socket socket = co_await tcp::connect(where);
    co_await socket.write_all("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n12");
    co_await sleep(100s);
    co_await socket.write_all("34");
    EXPECT_TRUE((co_await testing::read_until(socket, ";")).ends_with("1234;"));
  });
}

/// When the server gives up a client that takes `piece` bytes of a long answer every second.
task<duration> given_up_after(server& s, std::size_t piece) {
  duration end{};
  co_await while_serving(s, [&](endpoint where) -> task<> {
    tcp::socket socket = co_await tcp::connect(where);
    co_await socket.write_all("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    std::string into(std::max(piece, std::size_t{1}), 'x');
    while (s.connections() == 0) co_await yield();
    while (s.connections() > 0 && now() < 1h) {
      co_await sleep(1s);
      if (piece > 0) (void)co_await outcome(socket.read_some(std::span(into)));
    }
    end = now();
  });
  co_return end;
}

server with_long_answer() {
  server s;
  s.route("GET", "/", [](server_request&) -> task<server_reply> {
    co_return server_reply::text(200, std::string(10'000'000, 'x'));
  });
  return s;
}

server with_endless_answer() {
  server s;
  s.route("GET", "/", [](server_request&) -> task<server_reply> {
    co_return server_reply{.body = body::stream([]() -> body_stream {
                             const std::string piece(10'000, 'x');
                             for (;;) co_yield piece;
                           })};
  });
  return s;
}

EDDY_TEST(slow_client, one_that_takes_nothing_of_its_answer_is_given_up_after_keep_alive) {
  server s = with_long_answer();
  const duration end = co_await given_up_after(s, 0);
  EXPECT_GE(end, 75s);
  EXPECT_LT(end, 80s);
}

EDDY_TEST(slow_client, one_that_takes_a_byte_now_and_then_is_given_up_too) {
  server s = with_long_answer();
  EXPECT_LT(co_await given_up_after(s, 10), 120s);
}

EDDY_TEST(slow_client, one_that_does_not_take_an_endless_answer_is_given_up) {
  server s = with_endless_answer();
  EXPECT_LT(co_await given_up_after(s, 10), 120s);
}

}  // namespace
}  // namespace eddy::http
