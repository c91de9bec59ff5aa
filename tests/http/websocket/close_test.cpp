// SPDX-License-Identifier: MIT
#include <chrono>
#include <string>

#include <eddy/core/sleep.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/testing/clock.hpp>
#include <eddy/testing/test.hpp>
#include <http/websocket/talking.hpp>
#include <tls_pair.hpp>

namespace eddy::http::websocket {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using testing::echo;
using testing::frame;
using testing::opcode;
using testing::raw_client;
using testing::speaking;
using testing::url_of;
using testing::while_serving;

EDDY_NETWORK_TEST(websocket_close, the_code_and_the_text_arrive) {
  std::optional<close_reason> seen;
  server s = speaking([&](connection& c) -> task<> {
    auto end = co_await outcome(c.next());
    seen = testing::closed_with(end);
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    connection c = co_await connect(url_of(where));
    co_await c.close(close_code(4321), "enough");
    EXPECT_EQ(c.reason(), (close_reason{close_code(4321), "enough"}));
    EXPECT_EQ(seen, c.reason());
  });
}

EDDY_NETWORK_TEST(websocket_close, what_waits_is_sent_before) {
  server s = speaking([](connection& c) -> task<> {
    for (int i = 0; i < 200; ++i) EXPECT_TRUE(c.try_send(std::to_string(i)));
    co_return;
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    connection c = co_await connect(url_of(where));
    int count = 0;
    while (auto m = co_await c.next()) EXPECT_EQ(m->data, std::to_string(count++));
    EXPECT_EQ(count, 200);
  });
}

EDDY_NETWORK_TEST(websocket_close, a_close_is_answered_and_the_server_ends_the_stream) {
  server s = speaking(echo);
  co_await while_serving(s, [](endpoint where) -> task<> {
    raw_client c = co_await raw_client::connect(where);
    co_await c.send(opcode::close, "\x03\xe8 bye");
    EXPECT_EQ(co_await c.receive(), "8:\x03\xe8 bye");
    EXPECT_EQ(co_await c.receive(), "end");

    raw_client without_code = co_await raw_client::connect(where);
    co_await without_code.send(opcode::close, "");
    EXPECT_EQ(co_await without_code.receive(), "8:");
    EXPECT_EQ(co_await without_code.receive(), "end");
  });
}

EDDY_NETWORK_TEST(websocket_close, messages_before_a_close_are_still_read) {
  std::string seen;
  server s = speaking([&](connection& c) -> task<> {
    while (!c.closing()) co_await yield();
    while (auto m = co_await c.next()) seen += m->data;
    seen += "|";
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    raw_client c = co_await raw_client::connect(where);
    co_await c.send(opcode::text, "a");
    co_await c.send(opcode::text, "b");
    co_await c.send(opcode::close, "\x03\xe8");
    EXPECT_EQ(co_await c.receive(), "8:\x03\xe8");
    co_await c.socket.shutdown();
    while (s.connections() > 0) co_await yield();
    EXPECT_EQ(seen, "ab|");
  });
}

struct broken {
  const char* what;
  std::string bytes;
  std::string answer;
};

EDDY_NETWORK_TEST(websocket_close, who_breaks_the_rules_is_told_and_gone) {
  std::string told;
  server s = speaking(
      [&](connection& c) -> task<> {
        auto end = co_await outcome(c.next());
        told = http::testing::message_of(end);
      },
      {.connection = {.max_message = 1000}});
  co_await while_serving(s, [&](endpoint where) -> task<> {
    for (const auto& [what, bytes, code] : {
             broken{"not masked", frame(opcode::text, "x"), "\x03\xea"},
             broken{"reserved bit", "\xa1\x80"s, "\x03\xea"},
             broken{"not UTF-8", frame(opcode::text, "\xff", {.masked = true}), "\x03\xef"},
             broken{"too big", "\x82\xfe\xff\xff"s + "mask", "\x03\xf1"},
             broken{"bad close", frame(opcode::close, "\x03\xed", {.masked = true}), "\x03\xea"},
         }) {
      raw_client c = co_await raw_client::connect(where);
      co_await c.socket.write_all(bytes);
      const std::string answer = co_await c.receive();
      EXPECT_TRUE(answer.starts_with("8:" + code)) << what << ": " << answer;
      EXPECT_EQ(co_await c.receive(), "end") << what;
      co_await c.socket.shutdown();
      while (s.connections() > 0) co_await yield();
      EXPECT_TRUE(told.starts_with("websocket /chat from ")) << told;
      EXPECT_NE(told.find("closed here: the other end sent "), told.npos) << told;
    }
  });
}

EDDY_NETWORK_TEST(websocket_close, a_stream_that_just_ends_is_a_loss) {
  std::optional<close_reason> seen;
  server s = speaking([&](connection& c) -> task<> {
    auto end = co_await outcome(echo(c));
    seen = testing::closed_with(end);
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    {
      raw_client c = co_await raw_client::connect(where);
    }
    while (!seen) co_await yield();
    EXPECT_EQ(seen->code, close_code::lost);
    EXPECT_EQ(seen->text, "the other end closed the stream without a close frame");
  });
}

EDDY_NETWORK_TEST(websocket_close, a_stream_of_tls_that_is_cut_off_is_a_loss_too) {
  std::optional<close_reason> seen;
  server s({.tls = server_context()});
  s.fallback([&](server_request& request) -> task<server_reply> {
    co_return accept(request, [&](connection& c) -> task<> {
      auto end = co_await outcome(c.next());
      seen = testing::closed_with(end);
    });
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    {
      auto c = co_await tls::connect(co_await tcp::connect(where), client_context(),
                                     {.host = "shop.test"});
      co_await c.write_all(testing::handshake());
      (void)co_await http::testing::read_until(c, "\r\n\r\n");
    }  // without the goodbye of TLS
    while (s.connections() > 0) co_await yield();
  });
  EXPECT_TRUE(seen.has_value()) << "the handler is told";
  EXPECT_EQ(seen.value_or(close_reason()).code, close_code::lost);
  EXPECT_NE(seen.value_or(close_reason()).text.find("TLS"), std::string::npos) << seen->text;
}

EDDY_TEST(websocket_close, who_does_not_answer_a_close_is_left) {
  server s = speaking([](connection& c) -> task<> { co_await c.send("x"); });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    raw_client c = co_await raw_client::connect(where);
    EXPECT_EQ(co_await c.receive(), "1:x");
    EXPECT_EQ(co_await c.receive(), "8:\x03\xe8");
    while (s.connections() > 0) co_await sleep(100ms);
    EXPECT_GE(eddy::testing::now(), 10s);
    EXPECT_LE(eddy::testing::now(), 11s);
  });
}

EDDY_TEST(websocket_close, a_client_that_sends_on_after_a_close_is_left_too) {
  server s = speaking([](connection& c) -> task<> { co_await c.close(); });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    raw_client c = co_await raw_client::connect(where);
    const auto flood = [&]() -> task<> {
      for (;;) {
        co_await c.send(opcode::text, std::string(1000, 'x'));
        co_await sleep(10ms);
      }
    };
    (void)co_await outcome(flood());
    EXPECT_LE(eddy::testing::now(), 11s);
  });
}

EDDY_NETWORK_TEST(websocket_close, a_handler_that_fails_closes_with_1011) {
  server s = speaking([](connection&) -> task<> {
    throw std::runtime_error("of the handler");
    co_return;
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    connection c = co_await connect(url_of(where));
    auto end = co_await outcome(c.next());
    EXPECT_EQ(testing::closed_with(end), close_reason{close_code::internal_error});
    EXPECT_NE(http::testing::message_of(end).find(": closed by the other end: 1011"),
              std::string::npos);
    EXPECT_THROW(co_await c.send("x"), connection_closed);
    EXPECT_FALSE(c.try_send("x"));
  });
}

EDDY_NETWORK_TEST(websocket_close, a_server_that_stops_says_so_and_waits_for_the_handler) {
  bool finished = false;
  server s = speaking([&](connection& c) -> task<> {
    EXPECT_EQ(co_await c.next(), std::nullopt);
    for (int i = 0; i < 10; ++i) co_await yield();
    finished = true;
  });
  tcp::listener listener = http::testing::listen_on_loopback();
  const endpoint where = listener.local_endpoint();
  co_await with_task_group([&](task_group& group) -> task<> {
    auto serving = group.create_task(&server::serve, &s, std::move(listener));
    connection c = co_await connect(url_of(where));
    serving.cancel();
    EXPECT_EQ(co_await c.next(), std::nullopt);
    EXPECT_EQ(c.reason(), close_reason{close_code::going_away});
  });
  EXPECT_TRUE(finished);
}

EDDY_TEST(websocket_close, a_handler_that_does_not_look_is_cancelled_after_a_while) {
  event never;
  bool ended = false;
  server s = speaking([&](connection&) -> task<> {
    co_await finally([&]() -> task<> { co_await never.wait(); },
                     [&](exit_status end) -> task<> {
                       ended = end == exit_status::cancelled;
                       co_return;
                     });
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    connection c = co_await connect(url_of(where));
    co_await c.close();
    while (s.connections() > 0) co_await sleep(100ms);
    EXPECT_TRUE(ended);
    EXPECT_GE(eddy::testing::now(), 10s);
    EXPECT_LE(eddy::testing::now(), 11s);
  });
}

EDDY_TEST(websocket_close, a_handler_that_leaves_messages_unread_is_cancelled_too) {
  event never;
  server s = speaking([&](connection&) -> task<> { co_await never.wait(); });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    {
      raw_client c = co_await raw_client::connect(where);
      co_await c.send(opcode::text, "unread");
    }
    while (s.connections() > 0 && eddy::testing::now() < 1min) co_await sleep(100ms);
    EXPECT_EQ(s.connections(), 0U);
    EXPECT_LE(eddy::testing::now(), 11s);
    never.set();
  });
}

EDDY_TEST(websocket_close, a_handler_that_reads_on_is_given_its_time) {
  int read = 0;
  server s = speaking([&](connection& c) -> task<> {
    while (co_await c.next()) {
      ++read;
      co_await sleep(9s);
    }
  });
  co_await while_serving(s, [&](endpoint where) -> task<> {
    raw_client c = co_await raw_client::connect(where);
    for (int i = 0; i < 5; ++i) co_await c.send(opcode::text, "x");
    co_await c.send(opcode::close, "\x03\xe8");
    while (s.connections() > 0) co_await sleep(100ms);
    EXPECT_EQ(read, 5);
  });
}

EDDY_NETWORK_TEST(websocket_close, a_cancelled_close_goes_on_by_itself) {
  server s = speaking(echo);
  co_await while_serving(s, [&](endpoint where) -> task<> {
    connection c = co_await connect(url_of(where));
    (void)co_await wait_for_optional(c.close(), 0s);
    co_await c.close(close_code::going_away);
    EXPECT_TRUE(c.closing());
    while (s.connections() > 0) co_await yield();
  });
}

EDDY_NETWORK_TEST(websocket_close, codes_that_say_nothing_are_not_sent) {
  server s = speaking(echo);
  co_await while_serving(s, [&](endpoint where) -> task<> {
    connection c = co_await connect(url_of(where));
    for (const int code : {0, 999, 1005, 1006, 1015, 2999, 5000}) {
      EXPECT_THROW(co_await c.close(close_code(code)), std::invalid_argument) << code;
    }
    EXPECT_FALSE(c.closing());
    co_await c.close();
  });
}

}  // namespace
}  // namespace eddy::http::websocket
