// SPDX-License-Identifier: MIT
#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include <zlib.h>

#include <eddy/core/outcome.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/http/client.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;
using testing::at;
using testing::fault_of;
using testing::message_of;
using testing::while_serving;

std::string gzip(std::string text) {
  constexpr int gzip_window = MAX_WBITS + 16;
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

server_reply coded(std::string_view coding, std::string body) {
  return {.headers = {{"Content-Encoding", coding}}, .body = std::move(body)};
}

EDDY_NETWORK_TEST(client_body, gzip_is_decoded) {
  server s;
  s.fallback([](server_request& request) -> task<server_reply> {
    EXPECT_TRUE(request.head.headers.has_token("Accept-Encoding", "gzip"));
    co_return coded("gzip", gzip(std::string(100'000, 'x') + "end"));
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c;
    response r = co_await c.get(at(where, "/"));
    const std::string body = co_await r.text();
    EXPECT_EQ(body.size(), 100'003U);
    EXPECT_TRUE(body.ends_with("xend"));
    EXPECT_EQ(c.idle(), 1U);
  });
}

EDDY_NETWORK_TEST(client_body, a_bomb_is_stopped_at_max_body) {
  server s;
  s.fallback([](server_request&) -> task<server_reply> {
    co_return coded("gzip", gzip(std::string(10'000'000, 'x')));
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c({.max_body = 100'000});
    response r = co_await c.get(at(where, "/"));
    EXPECT_EQ(fault_of(co_await outcome(r.text())), client_fault::body_too_large);
    EXPECT_EQ(fault_of(co_await outcome(r.text())), client_fault::body_too_large)
        << "a second call must not go on behind what was skipped";
  });
}

EDDY_NETWORK_TEST(client_body, one_that_says_it_is_too_large_is_not_received) {
  server s;
  s.fallback([](server_request&) -> task<server_reply> {
    co_return server_reply::text(200, std::string(1001, 'x'));
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c;
    response r = co_await c.get(at(where, "/"), {.max_body = 1000});
    const auto failed = co_await outcome(r.text());
    EXPECT_EQ(fault_of(failed), client_fault::body_too_large);
    EXPECT_EQ(
        message_of(failed),
        "GET " + at(where, "/") + ": the body's 1001 bytes are over the limit of 1000 (max_body)");
  });
}

body_stream pieces_of(std::string piece, int times) {
  for (; times > 0; --times) co_yield std::string_view(piece);
}

/// 1001 bytes, said to be so many or not.
server text_server() {
  server s;
  s.route("GET", "/sized", [](server_request&) -> task<server_reply> {
    co_return server_reply::text(200, std::string(1001, '1'));
  });
  s.route("GET", "/chunked", [](server_request&) -> task<server_reply> {
    co_return server_reply{.body = body::stream(pieces_of(std::string(77, '1'), 13))};
  });
  return s;
}

task<std::size_t> length_by_pieces(response& r) {
  std::size_t length = 0;
  while (const auto piece = co_await r.next()) length += piece->size();
  co_return length;
}

EDDY_NETWORK_TEST(client_body, a_client_s_limit_is_for_what_is_held_at_once) {
  server s = text_server();
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c({.max_body = 1000});
    for (const std::string path : {"/sized", "/chunked"}) {
      const std::string url = at(where, path);
      response text = co_await c.get(url);
      const auto refused = co_await outcome(text.text());
      EXPECT_EQ(fault_of(refused), client_fault::body_too_large);
      EXPECT_EQ(message_of(refused),
                "GET " + url +
                    ": 1001 bytes of the body are over the limit of 1000 (max_body) for what is "
                    "held at once: read it by next() or stream()");
      EXPECT_EQ(fault_of(co_await outcome(text.next())), client_fault::body_too_large);
      response bytes = co_await c.get(url);
      EXPECT_EQ(fault_of(co_await outcome(bytes.bytes())), client_fault::body_too_large);
      response json = co_await c.get(url);
      EXPECT_EQ(fault_of(co_await outcome(json.json())), client_fault::body_too_large);
    }
  });
}

EDDY_NETWORK_TEST(client_body, what_streams_has_no_limit_of_the_clients) {
  server s = text_server();
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c({.max_body = 1});
    for (const std::string path : {"/sized", "/chunked"}) {
      response pieces = co_await c.get(at(where, path));
      EXPECT_EQ(co_await length_by_pieces(pieces), 1001U);
      response lines = co_await c.get(at(where, path));
      auto found = lines.lines();
      EXPECT_EQ((co_await found.next())->size(), 1001U);
    }
  });
}

EDDY_NETWORK_TEST(client_body, text_counts_only_what_is_left) {
  server s = text_server();
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c({.max_body = 1000});
    for (const std::string path : {"/sized", "/chunked"}) {
      response r = co_await c.get(at(where, path));
      std::array<std::byte, 1> first;
      EXPECT_EQ(co_await r.read_some(first), 1U);
      EXPECT_EQ((co_await r.text()).size(), 1000U);
    }
  });
}

EDDY_NETWORK_TEST(client_body, a_request_s_limit_is_for_whatever_is_read) {
  server s = text_server();
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c({.max_body = 10});
    for (const std::string path : {"/sized", "/chunked"}) {
      response pieces = co_await c.get(at(where, path), {.max_body = 1000});
      EXPECT_EQ(fault_of(co_await outcome(length_by_pieces(pieces))), client_fault::body_too_large);
      response text = co_await c.get(at(where, path), {.max_body = 1001});
      EXPECT_EQ((co_await text.text()).size(), 1001U);
    }
  });
}

EDDY_TEST(client_body, what_came_at_once_and_is_decoded_slowly_has_a_time_limit) {
  server s;
  s.fallback([](server_request&) -> task<server_reply> {
    co_return coded("gzip", gzip(std::string(10'000'000, 'x')));
  });
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c;
    response r = co_await c.get(at(where, "/"));
    const auto reading = [&]() -> task<> {
      while (co_await r.next()) co_await sleep(1s);
    };
    const auto failed = co_await outcome(reading());
    EXPECT_EQ(message_of(failed),
              "GET " + at(where, "/") + ": not complete within 60 s (total_timeout)");
  });
}

EDDY_NETWORK_TEST(client_body, a_coding_that_was_not_asked_for_is_a_protocol_fault) {
  server s;
  s.fallback([](server_request&) -> task<server_reply> { co_return coded("compress", "?"); });
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c;
    const auto failed = co_await outcome(c.get(at(where, "/")));
    EXPECT_EQ(fault_of(failed), client_fault::protocol);
    EXPECT_EQ(
        message_of(failed),
        "GET " + at(where, "/") + ": the answer's Content-Encoding \"compress\" was not asked for");
    EXPECT_EQ(c.in_use(), 0U);
  });
}

EDDY_NETWORK_TEST(client_body, corrupt_data_is_a_protocol_fault) {
  server s;
  s.fallback([](server_request&) -> task<server_reply> { co_return coded("gzip", "not gzip"); });
  co_await while_serving(s, [](endpoint where) -> task<> {
    client c;
    response r = co_await c.get(at(where, "/"));
    EXPECT_EQ(fault_of(co_await outcome(r.text())), client_fault::protocol);
  });
}

}  // namespace
}  // namespace eddy::http
