// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <eddy/http/head.hpp>

#include <stdexcept>
#include <string>

#include <eddy/http/parser.hpp>

namespace eddy::http {
namespace {

template <class Head>
std::string written(const Head& head) {
  std::string out;
  append_to(out, head);
  return out;
}

TEST(head, a_request_is_written_as_lines) {
  EXPECT_EQ(written(request_head{.method = "POST",
                                 .target = "/a?b=c",
                                 .headers = {{"Host", "x"}, {"Content-Length", "0"}}}),
            "POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
}

TEST(head, a_response_gets_the_usual_words_where_it_has_none) {
  EXPECT_EQ(written(response_head{.status = 404}), "HTTP/1.1 404 Not Found\r\n\r\n");
  EXPECT_EQ(written(response_head{.status = 404, .reason = "Gone fishing"}),
            "HTTP/1.1 404 Gone fishing\r\n\r\n");
  EXPECT_EQ(written(response_head{.status = 799, .version = http_version::v1_0}),
            "HTTP/1.0 799 \r\n\r\n");
}

TEST(head, a_status_without_usual_words_has_none) {
  EXPECT_EQ(reason_phrase(101), "Switching Protocols");
  EXPECT_EQ(reason_phrase(503), "Service Unavailable");
  EXPECT_EQ(reason_phrase(799), "");
  EXPECT_EQ(reason_phrase(0), "");
}

TEST(head, is_appended_to_what_is_there) {
  std::string out = "before ";
  append_to(out, response_head{.status = 204});
  EXPECT_EQ(out, "before HTTP/1.1 204 No Content\r\n\r\n");
}

TEST(head, what_would_break_the_request_line_is_refused_and_nothing_is_written) {
  std::string out;
  for (const char* target : {"", "/a b", "/a\r\nX: y", "/\xc3\xa4", "/\x7f"}) {
    EXPECT_THROW(append_to(out, request_head{.target = target}), std::invalid_argument) << target;
  }
  for (const char* method : {"", "GET /", "G\r\nET"}) {
    EXPECT_THROW(append_to(out, request_head{.method = method}), std::invalid_argument) << method;
  }
  EXPECT_EQ(out, "");
}

TEST(head, what_would_break_the_status_line_is_refused_and_nothing_is_written) {
  std::string out;
  EXPECT_THROW(append_to(out, response_head{.status = 99}), std::invalid_argument);
  EXPECT_THROW(append_to(out, response_head{.status = 1000}), std::invalid_argument);
  EXPECT_THROW(append_to(out, response_head{.reason = "O\r\nK"}), std::invalid_argument);
  EXPECT_EQ(out, "");
}

TEST(head, what_is_written_is_read_back_the_same) {
  const request_head head{.method = "FOO",
                          .target = "/a%20b",
                          .version = http_version::v1_0,
                          .headers = {{"Host", "x"}, {"Odd", "caf\xc3\xa9 \t!"}, {"Empty", ""}}};
  const std::string wire = written(head);
  std::string_view input = wire;
  request_parser parser;
  ASSERT_TRUE(parser.parse_head(input));
  EXPECT_EQ(parser.head().method, head.method);
  EXPECT_EQ(parser.head().target, head.target);
  EXPECT_EQ(parser.head().version, head.version);
  EXPECT_EQ(parser.head().headers, head.headers);
  EXPECT_EQ(written(parser.head()), wire);
}

}  // namespace
}  // namespace eddy::http
