// SPDX-License-Identifier: MIT
//
// The server against clients that send without an end: each is stopped within a bound, and those
// who behave are served meanwhile. What is slow rather than much is in server/slow_client_test.cpp.
#include <chrono>
#include <string>
#include <vector>

#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/http/server.hpp>
#include <eddy/testing/clock.hpp>
#include <eddy/testing/test.hpp>
#include <http/hostile/flood.hpp>
#include <http/loopback.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;
using eddy::testing::now;
using testing::flood;
using testing::flood_with;
using testing::mebibyte;
using testing::while_serving;

const std::string post_in_chunks =
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

task<server_reply> tell_size(server_request& request) {
  co_return server_reply::text(200, std::to_string((co_await request.text()).size()) + ";");
}

/// What becomes of such a flood at a server with the usual limits.
task<flood> flooded(std::string start, std::string again) {
  server s;
  s.fallback(tell_size);
  flood result;
  co_await while_serving(s, [&](endpoint where) -> task<> {
    result = co_await flood_with(where, start, again, 32 * mebibyte);
    EXPECT_LT(now(), 2min);
    EXPECT_EQ(s.connections(), 0U);
  });
  co_return result;
}

EDDY_TEST(client_flood, header_fields_without_an_end_are_a_431) {
  const flood ended = co_await flooded("GET / HTTP/1.1\r\nHost: a\r\n", "X: y\r\n");
  EXPECT_LT(ended.sent, mebibyte);
}

EDDY_TEST(client_flood, one_header_field_without_an_end_is_a_431) {
  EXPECT_LT((co_await flooded("GET / HTTP/1.1\r\nX: ", "x")).sent, mebibyte);
}

EDDY_TEST(client_flood, a_target_without_an_end_is_refused) {
  EXPECT_LT((co_await flooded("GET /", "x")).sent, mebibyte);
}

EDDY_TEST(client_flood, empty_lines_before_a_request_are_not_read_for_ever) {
  EXPECT_LT((co_await flooded("", "\r\n")).sent, mebibyte);
}

EDDY_TEST(client_flood, a_chunk_extension_without_an_end_is_refused) {
  EXPECT_LT((co_await flooded(post_in_chunks + "1;a=", "x")).sent, mebibyte);
}

EDDY_TEST(client_flood,
          chunks_of_one_byte_with_an_extension_each_are_refused_long_before_max_body) {
  EXPECT_LT((co_await flooded(post_in_chunks, "1;abcdefghijklmnopqrst=u\r\nx\r\n")).sent,
            2 * mebibyte);
}

EDDY_TEST(client_flood, trailers_without_an_end_are_refused) {
  EXPECT_LT((co_await flooded(post_in_chunks + "0\r\n", "X: y\r\n")).sent, mebibyte);
}

EDDY_TEST(client_flood, a_body_without_an_end_is_a_413) {
  EXPECT_LT((co_await flooded(post_in_chunks, "400\r\n" + std::string(1024, 'x') + "\r\n")).sent,
            3 * mebibyte);
}

EDDY_TEST(client_flood, a_body_whose_promised_length_is_absurd_costs_nothing) {
  const flood ended = co_await flooded(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775807\r\n\r\n", "x");
  EXPECT_LT(ended.sent, mebibyte);
}

EDDY_TEST(client_flood, requests_whose_answers_nobody_reads_are_held_back_and_then_given_up) {
  const flood ended = co_await flooded("", "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_LT(ended.sent, 4 * mebibyte);
}

EDDY_TEST(client_flood, one_who_behaves_is_served_while_hundreds_flood) {
  server s;
  s.fallback(tell_size);
  co_await while_serving(s, [&](endpoint where) -> task<> {
    co_await with_task_group([&](task_group& group) -> task<> {
      for (int i = 0; i < 100; ++i) {
        (void)group.create_task(flood_with, where, "GET / HTTP/1.1\r\nHost: a\r\n", "X: y\r\n",
                                32 * mebibyte);
        (void)group.create_task(flood_with, where, post_in_chunks,
                                "1;abcdefghijklmnopqrst=u\r\nx\r\n", 32 * mebibyte);
      }
      co_await yield();
      for (int i = 0; i < 10; ++i) {
        const std::string answer = co_await testing::talk(
            where,
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc");
        EXPECT_TRUE(answer.ends_with("3;"));
      }
      EXPECT_LT(now(), 1s);
    });
    EXPECT_EQ(s.connections(), 0U);
  });
}

EDDY_TEST(client_flood, connections_that_say_nothing_are_closed_and_make_room) {
  server s({.max_connections = 100});
  s.fallback(tell_size);
  co_await while_serving(s, [&](endpoint where) -> task<> {
    std::vector<tcp::socket> silent;
    for (int i = 0; i < 150; ++i) silent.push_back(co_await tcp::connect(where));
    co_await sleep(1s);
    EXPECT_EQ(s.connections(), 100U);
    const std::string answer =
        co_await testing::talk(where, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(answer.ends_with("0;"));
    EXPECT_EQ(now(), 10s) << "header_timeout";
  });
}

}  // namespace
}  // namespace eddy::http
