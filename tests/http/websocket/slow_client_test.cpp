// SPDX-License-Identifier: MIT
//
// Clients that take nothing, under the virtual clock.
#include <chrono>
#include <string>

#include <eddy/core/sleep.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/testing/clock.hpp>
#include <eddy/testing/settle.hpp>
#include <eddy/testing/test.hpp>
#include <http/websocket/talking.hpp>

namespace eddy::http::websocket {
namespace {

using namespace std::chrono_literals;
using testing::opcode;
using testing::raw_client;
using testing::speaking;
using testing::while_serving;

const std::string piece(10'000, 'x');

/// What is sent until the queue is full.
task<int> fill(connection& c) {
  int sent = 0;
  while (c.queued() + piece.size() < 250'000) {
    EXPECT_TRUE(c.try_send(piece));
    ++sent;
    co_await yield();
  }
  co_return sent;
}

EDDY_TEST(websocket_slow_client, is_closed_with_1013) {
  std::optional<close_reason> seen;
  server s = speaking([&](connection& c) -> task<> {
    co_await fill(c);
    EXPECT_FALSE(c.closing());
    while (c.try_send(piece)) {
    }
    EXPECT_EQ(c.queued(), 0U) << "nothing is kept for it";
    auto end = co_await outcome(c.next());
    seen = testing::closed_with(end);
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    raw_client c = co_await raw_client::connect(where);
    while (s.connections() > 0) co_await sleep(100ms);
    EXPECT_EQ(seen->code, close_code::try_again_later);
    EXPECT_LE(eddy::testing::now(), 11s) << "though it never reads that";
  });
}

/// The last frame that comes before the close frame.
task<std::string> last_before_close(raw_client& c) {
  std::string last;
  for (;;) {
    std::string got = co_await c.receive();
    if (got.starts_with("8:")) co_return last;
    last = std::move(got);
  }
}

EDDY_TEST(websocket_slow_client, loses_the_oldest_where_it_is_told_so) {
  event go;
  server s = speaking(
      [&](connection& c) -> task<> {
        co_await fill(c);
        for (int i = 0; i < 1000; ++i) EXPECT_TRUE(c.try_send(std::to_string(i) + piece));
        EXPECT_GE(c.dropped(), 900U);
        EXPECT_LE(c.queued(), 256U * 1024);
        go.set();
      },
      {.connection = {.when_full = slow_client::drop_oldest}});
  co_await while_serving(s, [&](endpoint where) -> task<> {
    raw_client c = co_await raw_client::connect(where);
    co_await go.wait();
    EXPECT_EQ(co_await last_before_close(c), "1:999" + piece) << "the newest is there";
    co_await c.send(opcode::close, "");
  });
}

EDDY_TEST(websocket_slow_client, gets_only_the_newest_state_where_messages_coalesce) {
  event go;
  server s = speaking(
      [&](connection& c) -> task<> {
        co_await fill(c);
        const std::size_t before = c.queued();
        while (c.dropped() == 0) EXPECT_TRUE(c.try_send("old" + piece));
        EXPECT_LT(c.queued(), before / 10) << "all that waited is gone";
        EXPECT_TRUE(c.try_send("new"));
        go.set();
      },
      {.connection = {.when_full = slow_client::coalesce}});
  co_await while_serving(s, [&](endpoint where) -> task<> {
    raw_client c = co_await raw_client::connect(where);
    co_await go.wait();
    EXPECT_EQ(co_await last_before_close(c), "1:new");
    co_await c.send(opcode::close, "");
  });
}

EDDY_TEST(websocket_slow_client, that_takes_nothing_at_all_is_lost_to_a_sender_that_waits) {
  std::string why;
  server s = speaking([&](connection& c) -> task<> {
    const auto send_for_ever = [&]() -> task<> {
      for (;;) co_await c.send(piece);
    };
    why = http::testing::message_of(co_await outcome(send_for_ever()));
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    raw_client c = co_await raw_client::connect(where);
    // It is alive, and talks.
    while (s.connections() > 0) {
      (void)co_await outcome(c.send(opcode::ping, "x"));
      co_await sleep(1s);
    }
    EXPECT_NE(why.find("lost: nothing of what was sent was taken for 20 s"), why.npos) << why;
    EXPECT_LE(eddy::testing::now(), 25s);
  });
}

EDDY_TEST(websocket_slow_client, that_pings_without_end_gets_the_answers_that_fit_and_the_last) {
  event go;
  server s = speaking([&](connection&) -> task<> { co_await go.wait(); });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    raw_client c = co_await raw_client::connect(where);
    for (int i = 0; i < 20'000; ++i) co_await c.send(opcode::ping, fmt::format("{:0125}", i));
    co_await eddy::testing::settle();
    go.set();
    int answers = 0;
    std::string last;
    for (;;) {
      const std::string got = co_await c.receive();
      if (got.starts_with("8:")) break;
      last = got;
      ++answers;
    }
    EXPECT_EQ(last, fmt::format("10:{:0125}", 19'999));
    EXPECT_LT(answers, 4000) << "what is on its way, and one that waits";
    co_await c.send(opcode::close, "");
  });
}

// The other end of back-pressure.
EDDY_TEST(websocket_slow_client, messages_that_nobody_asks_for_wait_at_the_sender) {
  event go;
  server s = speaking([&](connection& c) -> task<> {
    co_await go.wait();
    int count = 0;
    while (co_await c.next()) ++count;
    EXPECT_EQ(count, 1000);
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    connection c = co_await connect(testing::url_of(where), {.connection = {.compress = false}});
    co_await with_task_group([&](task_group& group) -> task<> {
      int sent = 0;
      (void)group.create_task([&]() -> task<> {
        for (; sent < 1000; ++sent) co_await c.send(piece);
      });
      co_await sleep(1s);
      EXPECT_LT(sent, 500) << "10 MB are not taken in";
      go.set();
    });
    co_await c.close();
  });
}

}  // namespace
}  // namespace eddy::http::websocket
