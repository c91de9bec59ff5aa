// SPDX-License-Identifier: MIT
#include <string>

#include <zlib.h>

#include <eddy/core/outcome.hpp>
#include <eddy/http/client.hpp>
#include <eddy/testing/test.hpp>
#include <http/loopback.hpp>

namespace eddy::http {
namespace {

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
    EXPECT_EQ(message_of(failed),
              "GET " + at(where, "/") + ": the body's 1001 bytes are over the limit of 1000");
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
