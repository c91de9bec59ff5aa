// SPDX-License-Identifier: MIT
#include <eddy/http/websocket_connection.hpp>

#include <chrono>
#include <string>
#include <vector>

#include <eddy/core/sleep.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/core/with.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/flow/stream.hpp>
#include <eddy/testing/clock.hpp>
#include <eddy/testing/network.hpp>
#include <eddy/testing/test.hpp>
#include <http/websocket/talking.hpp>

namespace eddy::http::websocket {
namespace {

using namespace std::chrono_literals;
using testing::echo;
using testing::frame;
using testing::opcode;
using testing::raw_client;
using testing::speaking;
using testing::url_of;
using testing::while_serving;

EDDY_NETWORK_TEST(websocket, a_message_comes_back_as_it_was) {
  server s = speaking(echo);
  co_await while_serving(s, [](endpoint where) -> task<> {
    connection c = co_await connect(url_of(where));
    EXPECT_TRUE(c.compresses());
    for (const std::size_t size : {0, 1, 125, 126, 65535, 65536, 1'000'000}) {
      const message text{.data = std::string(size, 'x')};
      const message bytes{.kind = message_kind::binary, .data = std::string(size, '\xff')};
      co_await c.send(text);
      co_await c.send(bytes);
      EXPECT_EQ(co_await c.next(), text) << size;
      EXPECT_EQ(co_await c.next(), bytes) << size;
    }
    EXPECT_FALSE(c.closing());
    EXPECT_EQ(c.reason(), std::nullopt);
    co_await c.close();
    EXPECT_EQ(c.reason(), close_reason());
    EXPECT_EQ(co_await c.next(), std::nullopt);
  });
}

EDDY_NETWORK_TEST(websocket, messages_keep_their_order_in_both_directions_at_once) {
  server s = speaking(echo);
  co_await while_serving(s, [](endpoint where) -> task<> {
    constexpr int count = 3000;
    connection c = co_await connect(url_of(where));
    co_await with_task_group([&](task_group& group) -> task<> {
      (void)group.create_task([&]() -> task<> {
        for (int i = 0; i < count; ++i) co_await c.send(std::string(i % 500, 'a') + "#");
      });
      for (int i = 0; i < count; ++i) {
        const auto m = co_await c.next();
        if (!m || m->data.size() != static_cast<std::size_t>(i % 500 + 1)) {
          ADD_FAILURE() << "message " << i;
          break;
        }
      }
    });
    co_await c.close();
  });
}

EDDY_NETWORK_TEST(websocket, a_loop_runs_over_the_messages_until_the_close) {
  server s = speaking([](connection& c) -> task<> {
    for (const char* word : {"one", "two", "three"}) co_await c.send(word);
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    std::vector<std::string> words;
    connection c = co_await connect(url_of(where));
    EDDY_FOR (const message& m, c) words.push_back(m.data);
    EXPECT_EQ(words, (std::vector<std::string>{"one", "two", "three"}));
    EXPECT_EQ(c.reason(), close_reason()) << "the handler has ended";
  });
}

EDDY_NETWORK_TEST(websocket, pings_are_answered_also_while_nobody_reads) {
  event go;
  server s = speaking([&](connection&) -> task<> { co_await go.wait(); });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    raw_client c = co_await raw_client::connect(where);
    co_await c.send(opcode::ping, "are you there?");
    EXPECT_EQ(co_await c.receive(), "10:are you there?");
    co_await c.send(opcode::pong, "unasked");
    co_await c.send(opcode::pong, "18446744073709551616");
    co_await c.send(opcode::ping, "");
    EXPECT_EQ(co_await c.receive(), "10:");
    go.set();
  });
}

EDDY_NETWORK_TEST(websocket, a_ping_comes_back) {
  server s = speaking(echo);
  co_await while_serving(s, [](endpoint where) -> task<> {
    connection c = co_await connect(url_of(where));
    EXPECT_GE(co_await c.ping(), 0s);
    EXPECT_GE(co_await c.ping(), 0s);
    co_await c.close();
    EXPECT_THROW((void)co_await c.ping(), connection_closed);
  });
}

EDDY_TEST(websocket, a_ping_takes_a_round_trip) {
  eddy::testing::network().set_link({.latency = 50ms});
  server s = speaking(echo);
  tcp::listener listener = tcp::listen({ip_address::v4({10, 0, 0, 2}), 80});
  co_await with_task_group([&](task_group& group) -> task<> {
    auto serving = group.create_task(&server::serve, &s, std::move(listener));
    connection c = co_await connect("ws://10.0.0.2/");
    EXPECT_EQ(co_await c.ping(), 100ms);
    co_await c.close();
    serving.cancel();
  });
}

EDDY_TEST(websocket, a_quiet_connection_stays_and_a_dead_one_is_noticed) {
  eddy::testing::network().set_link({.latency = 50ms});
  std::optional<close_reason> seen;
  server s = speaking([&](connection& c) -> task<> {
    auto end = co_await outcome(c.next());
    seen = testing::closed_with(end);
  });
  tcp::listener listener = tcp::listen({ip_address::v4({10, 0, 0, 2}), 80});
  co_await with_task_group([&](task_group& group) -> task<> {
    auto serving = group.create_task(&server::serve, &s, std::move(listener));
    connection c = co_await connect("ws://10.0.0.2/");
    co_await sleep(1h);
    EXPECT_FALSE(c.closing());

    const duration before = eddy::testing::now();
    eddy::testing::network().partition("10.0.0.1", "10.0.0.2");
    const auto end = co_await outcome(c.next());
    const auto reason = testing::closed_with(end);
    EXPECT_EQ(reason, (close_reason{close_code::lost, "no answer to a ping within 20 s"}));
    EXPECT_LE(eddy::testing::now() - before, 41s);
    EXPECT_EQ(http::testing::message_of(end),
              "websocket ws://10.0.0.2/: lost: no answer to a ping within 20 s");
    co_await sleep(20s);
    EXPECT_EQ(seen, reason) << "by the server too";
    EXPECT_EQ(s.connections(), 0U);
    eddy::testing::network().heal();
    serving.cancel();
  });
}

EDDY_TEST(websocket, who_is_never_asked_stays_however_silent) {
  server s = speaking(echo, {.connection = {.ping_interval = duration::max()}});
  co_await while_serving(s, [&](endpoint where) -> task<> {
    raw_client c = co_await raw_client::connect(where);
    co_await sleep(1h);
    EXPECT_EQ(s.connections(), 1U);
    co_await c.send(opcode::text, "still here");
    EXPECT_EQ(co_await c.receive(), "1:still here") << "no ping before it";
  });
}

EDDY_NETWORK_TEST(websocket, what_is_cancelled_loses_no_message) {
  event go;
  server s = speaking([&](connection& c) -> task<> {
    co_await go.wait();
    for (int i = 0; i < 3; ++i) co_await c.send(std::to_string(i));
    (void)co_await c.next();
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    connection c = co_await connect(url_of(where));
    EXPECT_EQ(co_await wait_for_optional(c.next(), 0s), std::nullopt) << "before it starts";
    EXPECT_EQ(co_await wait_for_optional(c.next(), 1ms), std::nullopt) << "while it waits";
    EXPECT_EQ(co_await wait_for_optional(c.ping(), 0s), std::nullopt);
    go.set();
    for (int i = 0; i < 3; ++i) EXPECT_EQ((co_await c.next())->data, std::to_string(i));
    co_await c.close();
  });
}

EDDY_NETWORK_TEST(websocket, a_sender_waits_while_the_queue_is_full) {
  event go;
  server s = speaking([&](connection& c) -> task<> {
    co_await go.wait();
    co_await echo(c);
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    connection c =
        co_await connect(url_of(where), {.connection = {.send_queue = 100'000, .compress = false}});
    // Into the queue, the sockets and the other end's 64 KiB goes only so much.
    const std::string piece(50'000, 'x');
    int sent = 0;
    while (co_await wait_for_optional(c.send(piece), 20ms)) ++sent;
    EXPECT_LE(c.queued(), 110'000U);
    go.set();
    co_await with_task_group([&](task_group& group) -> task<> {
      (void)group.create_task([&]() -> task<> { co_await c.send("last"); });
      for (int i = 0; i < sent; ++i) EXPECT_EQ((co_await c.next())->data.size(), piece.size());
      EXPECT_EQ((co_await c.next())->data, "last") << "the cancelled one was not sent";
    });
    co_await c.close();
  });
}

EDDY_NETWORK_TEST(websocket, only_utf8_is_sent_as_text) {
  server s = speaking(echo);
  co_await while_serving(s, [](endpoint where) -> task<> {
    connection c = co_await connect(url_of(where));
    EXPECT_THROW(co_await c.send("\xff"), std::invalid_argument);
    EXPECT_THROW(c.try_send("\xe2\x82"), std::invalid_argument);
    EXPECT_TRUE(c.try_send_binary("\xff"));
    EXPECT_EQ((co_await c.next())->data, "\xff");
    co_await c.send_binary("\xfe");
    EXPECT_EQ((co_await c.next())->data, "\xfe");
    co_await c.close();
  });
}

EDDY_NETWORK_TEST(websocket, a_resource_ends_with_the_handshake) {
  std::vector<std::optional<close_reason>> seen;
  server s = speaking([&](connection& c) -> task<> {
    (void)co_await outcome(echo(c));
    seen.push_back(c.reason());
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    co_await with(connect(url_of(where)), [](connection& c) -> task<> {
      co_await c.send("hello");
      EXPECT_EQ((co_await c.next())->data, "hello");
    });
    auto failed = co_await outcome(with(connect(url_of(where)), [](connection&) -> task<> {
      throw std::runtime_error("of ours");
      co_return;
    }));
    EXPECT_TRUE(failed.has_error());
    {
      connection dropped = co_await connect(url_of(where));
    }
    while (s.connections() > 0) co_await yield();
    EXPECT_EQ(seen.size(), 3U);
    EXPECT_EQ(seen[0], close_reason{close_code::normal});
    EXPECT_EQ(seen[1], close_reason{close_code::internal_error});
    EXPECT_EQ(seen[2]->code, close_code::lost);
  });
}

}  // namespace
}  // namespace eddy::http::websocket
