// SPDX-License-Identifier: MIT
//
// A WebSocket server against clients that send frames without an end.
#include <malloc.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/testing/clock.hpp>
#include <eddy/testing/test.hpp>
#include <http/hostile/flood.hpp>
#include <http/websocket/talking.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;
using eddy::testing::now;
using testing::flood;
using testing::flood_with;
using testing::mebibyte;
using testing::while_serving;
using websocket::connection;
using websocket::testing::echo;
using websocket::testing::frame;
using websocket::testing::handshake;
using websocket::testing::opcode;
using websocket::testing::speaking;
using websocket::testing::url_of;

constexpr std::size_t enough = 4 * mebibyte;  // in frames of a few bytes

std::size_t held() { return mallinfo2().uordblks; }

/// What becomes of such a flood. At its end one who behaves is served, and hardly any memory taken.
task<flood> flooded(websocket::handler serve, std::string start, std::string again) {
  server s = speaking(std::move(serve));
  flood result;
  co_await while_serving(s, [&](endpoint where) -> task<> {
    const std::size_t before = held();
    co_await with_task_group([&](task_group& group) -> task<> {
      auto flooding =
          group.create_task(flood_with, where, handshake() + start, std::move(again), enough);
      co_await sleep(1s);  // it has sent what it could
      EXPECT_LT(held(), before + mebibyte);
      connection c = co_await websocket::connect(url_of(where));
      EXPECT_LE(co_await c.ping(), 1ms);
      co_await c.close();
      result = co_await flooding;
    });
    while (s.connections() > 0) co_await sleep(1s);
    EXPECT_LT(now(), 2min);
  });
  co_return result;
}

task<> read_nothing(connection&) { co_await sleep(100s); }

EDDY_TEST(websocket_flood, pings_whose_answers_nobody_reads_are_not_all_answered) {
  const flood ended =
      co_await flooded(echo, "", frame(opcode::ping, std::string(125, 'p'), {.masked = true}));
  EXPECT_LT(ended.answer.size(), mebibyte);
}

EDDY_TEST(websocket_flood, empty_fragments_without_an_end_are_no_message) {
  int messages = 0;
  const auto count = [&](connection& c) -> task<> {
    while (co_await c.next()) ++messages;
  };
  (void)co_await flooded(count, frame(opcode::text, "", {.final = false, .masked = true}),
                         frame(opcode::continuation, "", {.final = false, .masked = true}));
  EXPECT_EQ(messages, 0);
}

EDDY_TEST(websocket_flood, small_fragments_without_an_end_are_too_big_a_message) {
  const flood ended = co_await flooded(
      echo, frame(opcode::binary, "", {.final = false, .masked = true}),
      frame(opcode::continuation, std::string(100, 'x'), {.final = false, .masked = true}));
  EXPECT_NE(ended.answer.find("\x88\x26\x03\xf1"), std::string::npos) << "1009";
}

EDDY_TEST(websocket_flood, empty_messages_that_nobody_asks_for_are_held_back) {
  const flood ended = co_await flooded(read_nothing, "", frame(opcode::text, "", {.masked = true}));
  EXPECT_LT(ended.sent, mebibyte);
}

}  // namespace
}  // namespace eddy::http
