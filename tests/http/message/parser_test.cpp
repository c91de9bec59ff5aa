// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <eddy/http/parser.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <http/message/transcript.hpp>

namespace eddy::http {
namespace {

using testing::byte_by_byte;
using testing::transcribe;
using testing::transcript;

transcript request(std::string_view wire, parse_limits limits = {}) {
  return transcribe(request_parser(limits), {wire});
}

transcript response(std::string_view wire, parse_limits limits = {}, std::string_view to = "GET") {
  return transcribe(response_parser(to, limits), {wire});
}

TEST(parser, leaves_what_follows_the_message) {
  std::string_view input = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nokGET /next";
  request_parser parser;
  ASSERT_TRUE(parser.parse_head(input));
  EXPECT_EQ(parser.body_size(), 2);
  EXPECT_FALSE(parser.done());
  EXPECT_EQ(parser.parse_body(input), "ok");
  EXPECT_TRUE(parser.done());
  EXPECT_EQ(parser.parse_body(input), "");
  EXPECT_EQ(input, "GET /next");
}

// Whole heads need not come by the grammar, which all others do.
TEST(parser, reads_a_head_that_is_whole_as_one_that_comes_in_pieces) {
  const std::vector<std::string> lines = {
      "A: b",
      "A:b\t",
      "A:",
      "A : b",
      ": b",
      "A",
      " A: b",
      "\tA: b",
      "A: \x01",
      "A: \x80",
      "A: b\rc",
      "Content-Length: 0",
      "content-length: 2",
      "Content-Length: 02",
      "Content-Length: 2, 2",
      "Content-Length: +2",
      "Content-Length: ",
      "Content-Length: 999999999999999999",
      "Content-Length: 99999999999999999999",
      "Transfer-Encoding: chunked",
      "Transfer-Encoding: gzip",
      "Connection: close",
      "Connection: Keep-Alive",
      "Connection: keep-alive, x",
      "Connection: ;",
      "Connection:",
      "Proxy-Connection: ;",
      "Upgrade: ;",
      "Host: b",
      "Host: b c",
  };
  const std::vector<std::string> starts = {
      "GET / HTTP/1.1",       "GET / HTTP/1.0",
      "GET  / HTTP/1.1",      "GET / HTTP/1.2",
      "get / HTTP/1.1",       "GET / /HTTP/1.1",
      "CONNECT a:1 HTTP/1.1", "GET /\x80 HTTP/1.1",
      "GET a HTTP/1.1",       "",
      "HTTP/1.1 200 OK",      "HTTP/1.1 200 ",
      "HTTP/1.1 200",         "HTTP/1.0 404 No\tt",
      "HTTP/1.1 100 Go on",   "HTTP/1.1 099 x",
      "HTTP/1.1 204 No",      "HTTP/1.1 2000 OK",
      "HTTP/1.1 20x OK",      "HTTP/1.1 200 \x80",
  };
  for (const std::string& start : starts) {
    for (const std::string& first : lines) {
      for (const std::string& second : lines) {
        std::string wire = start;
        wire.append("\r\nHost: a\r\n").append(first).append("\r\n");
        wire.append(second).append("\r\n\r\nok");
        EXPECT_EQ(request(wire), transcribe(request_parser({}), byte_by_byte(wire))) << wire;
        EXPECT_EQ(response(wire), transcribe(response_parser("GET", {}), byte_by_byte(wire)))
            << wire;
      }
    }
  }
}

TEST(parser, keeps_the_limits_for_a_head_that_is_whole) {
  const std::string_view wire = "GET / HTTP/1.1\r\nHost: a\r\nB: c\r\n\r\n";
  EXPECT_FALSE(request(wire, {.max_header_bytes = wire.size(), .max_fields = 2}).fault);
  EXPECT_EQ(request(wire, {.max_header_bytes = wire.size() - 1}).fault,
            protocol_fault::head_too_large);
  EXPECT_EQ(request(wire, {.max_fields = 1}).fault, protocol_fault::too_many_fields);
}

TEST(parser, hands_out_the_body_where_it_lies) {
  const std::string wire =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  std::string_view input = wire;
  response_parser parser("GET");
  ASSERT_TRUE(parser.parse_head(input));
  EXPECT_EQ(parser.body_size(), std::nullopt);
  const auto piece = parser.parse_body(input);
  EXPECT_EQ(piece, "abc");
  EXPECT_EQ(piece.data(), wire.data() + wire.find("abc"));
}

TEST(parser, either_reads_bodies_through_the_class_they_share) {
  const auto read = [](message_parser& parser, std::string_view wire) {
    EXPECT_TRUE(parser.parse_head(wire));
    EXPECT_EQ(parser.parse_body(wire), "ok");
    return parser.done();
  };
  request_parser requests;
  EXPECT_TRUE(read(requests, "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok"));
  response_parser responses("GET");
  EXPECT_TRUE(read(responses, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
}

TEST(parser, reads_one_message_after_the_other) {
  const auto result = request(
      "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
      "PUT /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx\r\n"
      "GET /3 HTTP/1.1\r\nHost: b\r\nX: y\r\n\r\n");
  ASSERT_EQ(result.messages.size(), 3) << result.error;
  EXPECT_EQ(result.messages[1].start_line, "PUT /2 1.1");
  EXPECT_EQ(result.messages[1].body, "x");
  EXPECT_EQ(result.messages[2].fields, (headers{{"Host", "b"}, {"X", "y"}}));
}

TEST(parser, knows_when_a_connection_goes_on) {
  const auto goes_on = [](std::string_view version, std::string_view connection) {
    const std::string wire = "GET / HTTP/" + std::string(version) +
                             "\r\nHost: a\r\nConnection: " + std::string(connection) + "\r\n\r\n";
    return request(wire).messages.at(0).keep_alive;
  };
  EXPECT_TRUE(goes_on("1.1", "x"));
  EXPECT_FALSE(goes_on("1.1", "close"));
  EXPECT_FALSE(goes_on("1.1", "Keep-Alive, Close"));
  EXPECT_FALSE(goes_on("1.0", "x"));
  EXPECT_TRUE(goes_on("1.0", "Keep-Alive"));
  EXPECT_FALSE(response("HTTP/1.1 200 OK\r\n\r\nabc").messages.at(0).keep_alive);
  EXPECT_TRUE(response("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").messages.at(0).keep_alive);
}

TEST(parser, a_response_to_head_has_no_body) {
  for (const char* field : {"Content-Length: 5", "Transfer-Encoding: chunked", "X: y"}) {
    const std::string wire = "HTTP/1.1 200 OK\r\n" + std::string(field) + "\r\n\r\n";
    const auto result = response(wire, {.max_body = 1}, "HEAD");
    EXPECT_EQ(result.messages.size(), 1) << field << ": " << result.error;
    EXPECT_TRUE(result.messages.at(0).keep_alive);
  }
}

TEST(parser, what_follows_an_accepted_connect_or_an_upgrade_is_not_http) {
  const auto tunnel =
      response("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\x16\x03raw", {}, "CONNECT");
  EXPECT_EQ(tunnel.leftover, "\x16\x03raw");
  EXPECT_EQ(tunnel.messages.at(0).body, "");
  const auto refused = response("HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno", {}, "CONNECT");
  EXPECT_EQ(refused.messages.at(0).body, "no");
  const auto upgrade = response("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n\x81\x01");
  EXPECT_EQ(upgrade.messages.at(0).start_line, "1.1 101 Switching");
  EXPECT_EQ(upgrade.leftover, "\x81\x01");
}

TEST(parser, an_interim_response_leaves_nothing_behind) {
  const auto result = response(
      "HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na");
  ASSERT_EQ(result.messages.size(), 1) << result.error;
  EXPECT_EQ(result.messages[0].fields, (headers{{"Content-Length", "1"}}));
}

TEST(parser, interim_responses_are_counted_for_each_answer) {
  response_parser parser("PUT");
  std::string_view interim = "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_FALSE(parser.parse_head(interim));
  EXPECT_EQ(parser.interim(), 1U);
  std::string_view answer = "HTTP/1.1 204 No Content\r\n\r\n";
  EXPECT_TRUE(parser.parse_head(answer));
  EXPECT_EQ(parser.interim(), 1U);
  parser.reset("GET");
  EXPECT_EQ(parser.interim(), 0U);
}

TEST(parser, an_interim_response_counts_its_own_fields) {
  const std::string one_field = "HTTP/1.1 103 Early\r\nLink: x\r\n\r\n";
  const std::string last = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  EXPECT_EQ(response(one_field + one_field + last, {.max_fields = 1}).error, "");
  EXPECT_EQ(
      response(one_field + "HTTP/1.1 200 OK\r\nA: b\r\nC: d\r\n\r\n", {.max_fields = 1}).error,
      "response header field 2: over the limit of 1 fields");
}

TEST(parser, trailers_are_read_over) {
  const auto result = request(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Sum: 1\r\n\r\n");
  ASSERT_EQ(result.messages.size(), 1) << result.error;
  EXPECT_FALSE(result.messages[0].fields.contains("X-Sum"));
}

struct refusal {
  std::string wire;
  parse_limits limits;
  protocol_fault fault;
  int status;
  const char* message;
};

TEST(parser, each_limit_has_its_own_fault_and_names_itself) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\n";  // 26 bytes
  const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
  using enum protocol_fault;
  const refusal refusals[] = {
      {head + "X: y\r\n\r\n",
       {.max_header_bytes = 33},
       head_too_large,
       431,
       "request header field 3: the request header is over the limit of 33 bytes"},
      {"GET /" + std::string(50, 'x'),
       {.max_header_bytes = 30},
       head_too_large,
       431,
       "request line: the request header is over the limit of 30 bytes"},
      {head + "X: y\r\n\r\n",
       {.max_fields = 1},
       too_many_fields,
       431,
       "request header field 2: over the limit of 1 fields"},
      {head + "Content-Length: 4\r\n\r\n",
       {.max_body = 3},
       body_too_large,
       413,
       "request body: its Content-Length of 4 is over the limit of 3 bytes"},
      {chunked + "2\r\nab\r\n2\r\n",
       {.max_body = 3},
       body_too_large,
       413,
       "request body, chunk 2: with its 2 bytes the body is over the limit of 3 bytes"},
      {chunked + "ffffffffffffffff\r\n",
       {.max_body = 3},
       body_too_large,
       413,
       "request body, chunk 1: with its 18446744073709551615 bytes the body is over the limit of 3 "
       "bytes"},
      {chunked + "0\r\nA: b\r\nC: d\r\nE: f\r\n\r\n",
       {.max_fields = 2},
       too_many_fields,
       431,
       "request trailer field 3: over the limit of 2 fields"},
      {chunked + "0\r\nA: b\r\n\r\n",
       {.max_header_bytes = chunked.size() + 7},
       head_too_large,
       431,
       "request trailer field 2: the request header is over the limit of 63 bytes"},
  };
  for (const auto& r : refusals) {
    const auto result = request(r.wire, r.limits);
    EXPECT_EQ(result.fault, r.fault);
    EXPECT_EQ(result.error, r.message);
    EXPECT_EQ(protocol_error(r.fault, "").status(), r.status);
    EXPECT_EQ(transcribe(request_parser(r.limits), byte_by_byte(r.wire)), result);
  }
}

TEST(parser, a_limit_itself_is_allowed) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
  const parse_limits exact{.max_header_bytes = head.size(), .max_fields = 2, .max_body = 3};
  EXPECT_EQ(request(head + "abc", exact).error, "");

  const std::string chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(
      request(chunked + "3\r\nabc\r\n0\r\nA: b\r\nC: d\r\n\r\n", {.max_fields = 2, .max_body = 3})
          .error,
      "");
}

TEST(parser, a_body_until_close_is_cut_at_its_limit) {
  const auto result = response("HTTP/1.1 200 OK\r\n\r\nabcd", {.max_body = 3});
  EXPECT_EQ(result.fault, protocol_fault::body_too_large);
  EXPECT_EQ(result.error, "response body: it is over the limit of 3 bytes");
  EXPECT_EQ(result.messages.at(0).body, "abc");
  EXPECT_EQ(response("HTTP/1.1 200 OK\r\n\r\nabc", {.max_body = 3}).fault, std::nullopt);
}

TEST(parser, interim_responses_come_to_an_end) {
  std::string wire;
  for (int i = 0; i < 10'000; ++i) wire += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(response(wire).fault, protocol_fault::head_too_large);
}

TEST(parser, chunk_extensions_come_to_an_end) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string line = "1;" + std::string(100, 'x') + "\r\na\r\n";
  std::string many = head;
  for (int i = 0; i < 1'000; ++i) many += line;
  EXPECT_EQ(request(many).fault, protocol_fault::bad_chunk);
  EXPECT_EQ(request(head + "1;" + std::string(100'000, 'x')).error,
            "request body, chunk 1: too much is sent in chunk extensions");
  EXPECT_EQ(request(head + std::string(100'000, '0')).fault, protocol_fault::bad_chunk);
  EXPECT_EQ(request(head + line + "0\r\n\r\n").fault, std::nullopt);
}

TEST(parser, an_early_close_says_how_much_is_missing) {
  EXPECT_EQ(response("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc").error,
            "response body: truncated: got 3 of 5 bytes");
  EXPECT_EQ(response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc").error,
            "response body: truncated: got 3 bytes, but not the last chunk");
  EXPECT_EQ(response("HTTP/1.1 200 OK\r\nA: b\r\nC").error,
            "response header field 2: the connection was closed inside the header");
  EXPECT_EQ(request("GET / HT").error, "request line: the connection was closed inside the header");
}

TEST(parser, a_close_before_the_first_byte_can_be_told_apart) {
  response_parser parser("GET");
  EXPECT_FALSE(parser.started());
  try {
    parser.finish();
    FAIL() << "nothing was thrown";
  } catch (const protocol_error& error) {
    EXPECT_EQ(error.fault(), protocol_fault::truncated);
    EXPECT_STREQ(error.what(), "the connection was closed before a response came");
  }
  std::string_view input = "H";
  EXPECT_FALSE(parser.parse_head(input));
  EXPECT_TRUE(parser.started());
}

TEST(parser, an_error_names_the_place) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
  EXPECT_EQ(request(head + "X: y\r\nBad Name: z\r\n\r\n").error,
            "request header field 3: the name must be a token, with a colon right after it");
  EXPECT_EQ(request(head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n").error,
            "request header field 3 (Content-Length): not a number, or not the same as before, or "
            "beside a Transfer-Encoding");
  EXPECT_EQ(request(head + "X: a\x01\r\n").error,
            "request header field 2: byte 0x01 is not allowed");
  EXPECT_EQ(request(head + "Transfer-Encoding: gzip\r\n\r\n").error,
            "request header field Transfer-Encoding: only \"chunked\" is understood, not \"gzip\"");
  EXPECT_EQ(request("GET / HTTP/1.1\r\n\r\n").error, "request header field Host: missing");
  EXPECT_EQ(request("GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n").error,
            "request line: byte 0xff is not allowed in the target \"/\\xff\"");
  EXPECT_EQ(response("HTTP/1.1 2x0 OK\r\n").error, "status line: the status is not three digits");
  EXPECT_EQ(response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n").error,
            "response body, chunk 1: its data is not followed by CR LF");
  EXPECT_EQ(response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\nx\r\n").error,
            "response body, chunk 2: its size, in \"x\", is not a hexadecimal number");
}

TEST(parser, a_failed_parser_fails_again_until_it_is_reset) {
  request_parser parser;
  std::string_view bad = "GET / HTTP/1.1\r\nbad\r\n\r\n";
  EXPECT_THROW(parser.parse_head(bad), protocol_error);
  std::string_view good = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_THROW(parser.parse_head(good), protocol_error);
  EXPECT_THROW(parser.finish(), protocol_error);
  parser.reset();
  EXPECT_TRUE(parser.parse_head(good));
}

TEST(parser, its_head_can_be_moved_out) {
  request_parser parser;
  for (const char* wire :
       {"GET /1 HTTP/1.1\r\nHost: a\r\n\r\n", "GET /2 HTTP/1.1\r\nHost: b\r\n\r\n"}) {
    std::string_view input = wire;
    ASSERT_TRUE(parser.parse_head(input));
    const request_head head = std::move(parser.head());
    EXPECT_EQ(head.target, std::string_view(wire).substr(4, 2));
    EXPECT_EQ(head.headers.size(), 1);
    parser.reset();
  }
}

TEST(parser, can_be_moved_in_the_middle) {
  response_parser first("GET");
  std::string_view input = "HTTP/1.1 200 OK\r\nContent-";
  EXPECT_FALSE(first.parse_head(input));
  response_parser second = std::move(first);
  input = "Length: 2\r\n\r\nok";
  EXPECT_TRUE(second.parse_head(input));
  EXPECT_EQ(second.parse_body(input), "ok");
}

TEST(parser, a_promised_length_costs_nothing) {
  std::string_view input = "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\nabc";
  response_parser parser("GET");
  ASSERT_TRUE(parser.parse_head(input));
  EXPECT_EQ(parser.body_size(), 18446744073709551615U);
  EXPECT_EQ(parser.parse_body(input), "abc");
}

class split : public ::testing::TestWithParam<std::string> {};

TEST_P(split, gives_the_same_result_wherever_it_is) {
  const std::string_view wire = GetParam();
  const auto check = [&](const auto& make) {
    const auto whole = transcribe(make(), {wire});
    EXPECT_EQ(transcribe(make(), byte_by_byte(wire)), whole);
    for (std::size_t i = 0; i <= wire.size(); ++i) {
      for (std::size_t j = i; j <= wire.size(); ++j) {
        const auto parts = {wire.substr(0, i), wire.substr(i, j - i), wire.substr(j)};
        ASSERT_EQ(transcribe(make(), parts), whole) << i << ", " << j;
      }
    }
  };
  if (wire.starts_with("HTTP/")) {
    check([] { return response_parser("GET"); });
  } else {
    check([] { return request_parser(); });
  }
}

INSTANTIATE_TEST_SUITE_P(
    parser, split,
    ::testing::Values(
        "GET / HTTP/1.1\r\nHost: a\r\n\r\nPUT /b HTTP/1.1\r\nHost: a\r\n"
        "Content-Length: 3\r\n\r\nabc",
        "\r\nPOST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3;x=y\r\nabc\r\n1\r\nd\r\n0\r\nA: b\r\n\r\nGET",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabX\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", "\r\nGET",
        "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 200\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 404 "
        "No\r\n\r\nuntil close",
        "HTTP/1.1 101 Up\r\nUpgrade: x\r\n\r\nraw"));

}  // namespace
}  // namespace eddy::http
