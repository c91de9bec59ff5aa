// SPDX-License-Identifier: MIT
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <eddy/core/outcome.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/http/client.hpp>
#include <eddy/http/events.hpp>
#include <eddy/http/server.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;

async_generator<server_sent_event> ticks(int count, duration pause) {
  for (int i = 0; i < count; ++i) {
    if (i > 0) co_await sleep(pause);
    co_yield server_sent_event{.data = std::to_string(i)};
  }
}

async_generator<server_sent_event> failing() {
  co_yield server_sent_event{.data = "first"};
  throw std::runtime_error("no more");
}

task<std::vector<std::string>> pieces_of(server_reply reply) {
  std::vector<std::string> pieces;
  auto stream = reply.body.open();
  while (const auto* piece = co_await stream.next()) pieces.emplace_back(*piece);
  co_return pieces;
}

EDDY_TEST(event_stream, says_what_it_is_and_that_nobody_is_to_keep_it) {
  const server_reply reply = event_stream(ticks(1, 1s));
  EXPECT_EQ(reply.headers.get("Content-Type"), "text/event-stream");
  EXPECT_EQ(reply.headers.get("Cache-Control"), "no-cache");
  EXPECT_EQ(reply.headers.get("X-Accel-Buffering"), "no");
  EXPECT_EQ(reply.body.size(), std::nullopt);
  co_return;
}

EDDY_TEST(event_stream, a_comment_breaks_a_long_silence_and_the_generator_goes_on) {
  const std::vector<std::string> expected{"data: 0\n\n", ":\n\n", ":\n\n", "data: 1\n\n"};
  EXPECT_EQ(co_await pieces_of(event_stream(ticks(2, 40s))), expected);
}

EDDY_TEST(event_stream, what_the_generator_throws_ends_it_after_what_came_before) {
  server_reply reply = event_stream(failing());
  auto stream = reply.body.open();
  EXPECT_EQ(std::string(*co_await stream.next()), "data: first\n\n");
  EXPECT_THROW((void)co_await stream.next(), std::runtime_error);
}

EDDY_TEST(event_stream, the_generator_is_asked_only_as_far_as_there_is_room) {
  int made = 0;
  const auto endless = [](int& count) -> async_generator<server_sent_event> {
    for (;;) {
      ++count;
      co_yield server_sent_event{.data = std::string(100, 'x')};
    }
  };
  server_reply reply = event_stream(endless(made), {.max_waiting = 1000});
  auto stream = reply.body.open();
  (void)co_await stream.next();
  co_await sleep(1s);
  EXPECT_LE(made, 25);
}

EDDY_TEST(event_stream, a_slow_client_can_lose_the_oldest_events) {
  server_reply reply =
      event_stream(ticks(100, 1s), {.max_waiting = 90, .when_full = slow_client::drop_oldest});
  auto stream = reply.body.open();
  EXPECT_EQ(std::string(*co_await stream.next()), "data: 0\n\n");
  co_await sleep(200s);
  std::string last;
  while (const auto* piece = co_await stream.next()) last += *piece;
  EXPECT_EQ(last.substr(0, 10), "data: 91\n\n");
  EXPECT_TRUE(last.ends_with("data: 99\n\n"));
}

EDDY_TEST(event_stream, a_slow_client_can_be_closed) {
  server_reply reply =
      event_stream(ticks(100, 1s), {.max_waiting = 90, .when_full = slow_client::close});
  auto stream = reply.body.open();
  EXPECT_EQ(std::string(*co_await stream.next()), "data: 0\n\n");
  co_await sleep(200s);
  EXPECT_EQ(co_await stream.next(), nullptr);
}

// Its task, not only its frame, is over before the connection is.
EDDY_TEST(event_stream, a_client_that_leaves_cancels_the_generator) {
  event ended;
  const auto endless = [](event& e) -> async_generator<server_sent_event> {
    struct at_end {
      event& e;
      ~at_end() { e.set(); }
    };
    const at_end says{e};
    for (;;) {
      co_yield server_sent_event{.data = "tick"};
      co_await sleep(1s);
    }
  };
  server served;
  served.route("GET", "/ticks", [&](server_request&) -> task<server_reply> {
    co_return event_stream(endless(ended));
  });
  co_await testing::while_serving(served, [&](endpoint where) -> task<> {
    {
      client c;
      response answer = co_await c.get(testing::at(where, "/ticks"));
      auto heard = events(answer);
      EXPECT_EQ((co_await heard.next())->data, "tick");
      EXPECT_EQ((co_await heard.next())->data, "tick");
    }
    co_await ended.wait();
  });
}

EDDY_TEST(event_stream, is_heard_event_by_event) {
  server served;
  served.route("GET", "/ticks", [&](server_request&) -> task<server_reply> {
    co_return event_stream(ticks(3, 1s));
  });
  co_await testing::while_serving(served, [&](endpoint where) -> task<> {
    client c;
    response answer = co_await c.get(testing::at(where, "/ticks"));
    std::string heard;
    auto stream = events(answer);
    while (const auto* e = co_await stream.next()) heard += e->data;
    EXPECT_EQ(heard, "012");
  });
}

}  // namespace
}  // namespace eddy::http
