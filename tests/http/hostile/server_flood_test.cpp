// SPDX-License-Identifier: MIT
//
// The client against servers that send without an end, or hardly at all: each request ends within
// its limits, in time and in memory.
#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <string>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/http/client.hpp>
#include <eddy/testing/clock.hpp>
#include <eddy/testing/http_mock.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;
using eddy::testing::http_mock;
using eddy::testing::mock_fault;
using eddy::testing::mock_reply;
using eddy::testing::now;
using testing::fault_of;

constexpr std::size_t mebibyte = std::size_t{1} << 20;

client_options once(client_options options = {}) {
  options.retry.most = 0;
  return options;
}

task<std::string> fetch(client& c, std::string url, request_options options = {}) {
  response answer = co_await c.get(std::move(url), std::move(options));
  co_return co_await answer.text();
}

/// How a request ends that is answered so; the connection must not be used again.
task<client_fault> fault_with(mock_reply reply) {
  http_mock mock;
  mock.on("GET", "/", std::move(reply));
  client c(once());
  const client_fault fault = fault_of(co_await outcome(fetch(c, mock.url())));
  EXPECT_EQ(c.in_use(), 0U);
  co_return fault;
}

/// When a request ends that is answered so, by whatever time limit.
task<duration> given_up_after(mock_reply reply) {
  http_mock mock;
  mock.on("GET", "/", std::move(reply));
  client c(once());
  EXPECT_THROW((void)co_await fetch(c, mock.url()), timeout_error);
  EXPECT_EQ(c.in_use(), 0U);
  co_return now();
}

std::string repeated(const std::string& text, std::size_t size) {
  std::string all;
  while (all.size() < size) all += text;
  return all;
}

const std::string ok = "HTTP/1.1 200 OK\r\n";
const std::string in_chunks = ok + "Transfer-Encoding: chunked\r\n\r\n";

EDDY_NETWORK_TEST(server_flood, a_bomb_of_ten_gigabytes_is_stopped_at_max_body) {
  EXPECT_EQ(co_await fault_with(mock_reply::gzip_bomb(std::uint64_t{10} << 30)),
            client_fault::body_too_large);
}

EDDY_NETWORK_TEST(server_flood, a_bomb_inside_a_bomb_is_stopped_as_well) {
  mock_reply reply = mock_reply::gzip(mock_reply::gzip_bomb(std::uint64_t{1} << 30).body);
  EXPECT_LT(reply.body.size(), 20'000U);
  reply.headers.set("Content-Encoding", "gzip, gzip");
  EXPECT_EQ(co_await fault_with(std::move(reply)), client_fault::body_too_large);
}

EDDY_NETWORK_TEST(server_flood, a_bomb_costs_no_memory_where_the_body_is_read_in_pieces) {
  http_mock mock;
  mock.on("GET", "/", mock_reply::gzip_bomb(64 * mebibyte));
  client c(once());
  response answer = co_await c.get(mock.url());
  std::size_t size = 0;
  std::size_t largest = 0;
  while (const auto piece = co_await answer.next()) {
    size += piece->size();
    largest = std::max(largest, piece->size());
  }
  EXPECT_EQ(size, 64 * mebibyte) << "the limit itself is allowed";
  EXPECT_LE(largest, mebibyte / 4);
}

EDDY_NETWORK_TEST(server_flood, header_fields_without_an_end_are_a_protocol_fault) {
  EXPECT_EQ(co_await fault_with(mock_reply::raw(ok + repeated("X: y\r\n", 4 * mebibyte))),
            client_fault::protocol);
}

EDDY_NETWORK_TEST(server_flood, one_header_field_without_an_end_is_a_protocol_fault) {
  EXPECT_EQ(co_await fault_with(mock_reply::raw(ok + "X: " + repeated("x", 4 * mebibyte))),
            client_fault::protocol);
}

EDDY_NETWORK_TEST(server_flood, interim_answers_without_an_end_are_a_protocol_fault) {
  EXPECT_EQ(
      co_await fault_with(mock_reply::raw(repeated("HTTP/1.1 100 Continue\r\n\r\n", 4 * mebibyte))),
      client_fault::protocol);
}

EDDY_NETWORK_TEST(server_flood, a_chunk_extension_without_an_end_is_a_protocol_fault) {
  EXPECT_EQ(co_await fault_with(mock_reply::raw(in_chunks + "1;a=" + repeated("x", 4 * mebibyte))),
            client_fault::protocol);
}

EDDY_NETWORK_TEST(server_flood, chunk_extensions_without_an_end_are_a_protocol_fault) {
  EXPECT_EQ(co_await fault_with(mock_reply::raw(
                in_chunks + repeated("1;abcdefghijklmnopqrst=u\r\nx\r\n", 4 * mebibyte))),
            client_fault::protocol);
}

EDDY_NETWORK_TEST(server_flood, trailers_without_an_end_are_a_protocol_fault) {
  EXPECT_EQ(co_await fault_with(
                mock_reply::raw(in_chunks + "0\r\n" + repeated("X: y\r\n", 4 * mebibyte))),
            client_fault::protocol);
}

EDDY_NETWORK_TEST(server_flood, cookies_without_an_end_push_out_the_oldest_of_their_host) {
  http_mock mock;
  for (int answer = 0; answer < 10; ++answer) {
    mock_reply reply;
    for (int i = 10; i < 100; ++i) {
      reply.headers.add("Set-Cookie", fmt::format("{}-{}={}", answer, i, std::string(200, 'x')));
    }
    mock.on("GET", "/", std::move(reply));
  }
  client c(once({.cookies = std::make_shared<cookie_jar>()}));
  for (int i = 0; i < 11; ++i) (void)co_await fetch(c, mock.url());
  const auto sent = mock.requests().back().head.headers.get("Cookie").value_or("");
  EXPECT_TRUE(sent.starts_with("8-10=x")) << sent.substr(0, 20);
  EXPECT_EQ(std::ranges::count(sent, ';'), 179);
}

EDDY_NETWORK_TEST(server_flood, redirects_without_an_end_are_followed_ten_times) {
  http_mock mock;
  for (int i = 0; i < 20; ++i) {
    mock.on("GET", "/" + std::to_string(i), mock_reply::redirect("/" + std::to_string(i + 1)));
  }
  client c(once());
  EXPECT_EQ(fault_of(co_await outcome(c.get(mock.url("/0")))), client_fault::too_many_redirects);
  EXPECT_EQ(mock.requests().size(), 11U);
  EXPECT_EQ(mock.connections(), 1U);
}

EDDY_NETWORK_TEST(server_flood, a_body_without_an_end_is_stopped_at_max_body) {
  const auto endless = [](headers fields) -> mock_reply {
    return {
        .headers = std::move(fields), .body = std::string(4 * mebibyte, 'x'), .piece = mebibyte};
  };
  http_mock mock;
  mock.on("GET", "/chunked", endless({{"Transfer-Encoding", "chunked"}}));
  mock.on("GET", "/sized", endless({{"Content-Length", "9223372036854775807"}}));
  mock.on("GET", "/closed", mock_reply::raw(ok + "\r\n" + std::string(4 * mebibyte, 'x')));
  client c(once({.max_body = mebibyte}));
  for (const char* target : {"/chunked", "/sized", "/closed"}) {
    EXPECT_EQ(fault_of(co_await outcome(fetch(c, mock.url(target)))), client_fault::body_too_large)
        << target;
    EXPECT_EQ(c.in_use(), 0U);
  }
}

EDDY_TEST(server_flood, a_head_that_drips_ends_with_the_whole_time) {
  auto reply = mock_reply::raw(ok + repeated("X: y\r\n", 1000));
  reply.piece = 1;
  reply.pause = 1s;
  EXPECT_EQ(co_await given_up_after(reply), 60s);
}

EDDY_TEST(server_flood, a_body_that_drips_ends_with_the_whole_time) {
  EXPECT_EQ(co_await given_up_after({.body = std::string(1000, 'x'), .piece = 1, .pause = 1s}),
            60s);
}

EDDY_TEST(server_flood, interim_answers_that_drip_end_with_the_whole_time) {
  auto reply = mock_reply::raw(repeated("HTTP/1.1 102 Processing\r\n\r\n", 10'000));
  reply.piece = 27;
  reply.pause = 10s;
  EXPECT_EQ(co_await given_up_after(reply), 60s);
}

EDDY_TEST(server_flood, silence_ends_with_its_own_limit_wherever_it_falls) {
  const auto stalling = [](std::size_t after) -> mock_reply {
    return {.body = "0123456789", .fault = mock_fault::stall, .fault_after = after};
  };
  EXPECT_EQ(co_await given_up_after(mock_reply::nothing(mock_fault::stall)), 30s);
  EXPECT_EQ(co_await given_up_after(mock_reply::raw("HTTP/1.1 20", mock_fault::stall)), 60s);
  EXPECT_EQ(co_await given_up_after(stalling(0)), 90s);
  EXPECT_EQ(co_await given_up_after(stalling(5)), 120s);
}

EDDY_TEST(server_flood, an_upload_that_nobody_takes_ends_with_the_limit_on_silence) {
  const tcp::listener listener = testing::listen_on_loopback();  // nobody accepts
  client c(once());
  const auto url = testing::at(listener.local_endpoint(), "/");
  EXPECT_THROW((void)co_await c.put(url, {.body = std::string(64 * mebibyte, 'x')}), timeout_error);
  EXPECT_EQ(now(), 31s) << "the first second it waits to be told to continue";
  EXPECT_EQ(c.in_use(), 0U);
}

EDDY_TEST(server_flood, an_upload_that_is_hardly_taken_ends_with_the_whole_time) {
  co_await testing::while_talking(
      [](tcp::socket socket) -> task<> {
        std::array<char, 1000> piece;
        while (co_await socket.read_some(piece) != 0) co_await sleep(1s);
      },
      [](endpoint where) -> task<> {
        client c(once());
        EXPECT_THROW((void)co_await c.put(testing::at(where, "/"),
                                          {.body = std::string(64 * mebibyte, 'x')}),
                     timeout_error);
        EXPECT_EQ(now(), 60s);
        EXPECT_EQ(c.in_use(), 0U);
      });
}

}  // namespace
}  // namespace eddy::http
