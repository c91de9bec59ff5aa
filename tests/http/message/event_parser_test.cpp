// SPDX-License-Identifier: MIT
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <eddy/http/error.hpp>
#include <eddy/http/events.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;

std::vector<server_sent_event> parse(std::string_view text) {
  std::vector<server_sent_event> whole;
  event_parser().push(text, whole);
  std::vector<server_sent_event> bytewise;
  event_parser parser;
  for (const char c : text) parser.push({&c, 1}, bytewise);
  EXPECT_EQ(whole, bytewise) << text;
  return whole;
}

std::string written(const server_sent_event& event) {
  std::string text;
  append_to(text, event);
  return text;
}

TEST(server_sent_event, is_written_field_by_field) {
  EXPECT_EQ(written({.data = "hello"}), "data: hello\n\n");
  EXPECT_EQ(written({}), "data: \n\n");
  EXPECT_EQ(written({.data = "1", .name = "tick", .id = "7", .retry = 2s}),
            "event: tick\nid: 7\nretry: 2000\ndata: 1\n\n");
}

TEST(server_sent_event, every_line_of_the_data_gets_there) {
  EXPECT_EQ(written({.data = "a\nb\r\nc\rd"}), "data: a\ndata: b\ndata: c\ndata: d\n\n");
  EXPECT_EQ(written({.data = "a\n"}), "data: a\ndata: \n\n");
  EXPECT_EQ(written({.data = "\n\nid: 1"}), "data: \ndata: \ndata: id: 1\n\n");
}

TEST(server_sent_event, a_name_or_id_that_would_break_the_stream_is_refused) {
  EXPECT_THROW((void)written({.name = "a\nb"}), std::invalid_argument);
  EXPECT_THROW((void)written({.id = "a\rb"}), std::invalid_argument);
  EXPECT_THROW((void)written({.id = std::string(1, '\0')}), std::invalid_argument);
}

TEST(event_parser, reads_back_what_was_written) {
  for (const server_sent_event& event :
       {server_sent_event{.data = "a\nb\n"}, server_sent_event{.data = ""},
        server_sent_event{.data = ": x", .name = "n", .id = "i", .retry = 5ms}}) {
    EXPECT_EQ(parse(written(event)), std::vector{event});
  }
}

TEST(event_parser, lines_end_as_they_like) {
  const std::vector<server_sent_event> two{{.data = "a\nb"}, {.data = "c"}};
  EXPECT_EQ(parse("data:a\ndata: b\n\ndata:c\n\n"), two);
  EXPECT_EQ(parse("data:a\r\ndata: b\r\n\r\ndata:c\r\n\r\n"), two);
  EXPECT_EQ(parse("data:a\rdata: b\r\rdata:c\r\r"), two);
  EXPECT_EQ(parse("\xEF\xBB\xBF"
                  "data:a\ndata:b\n\n\n\ndata:c\n\n"),
            two);
}

TEST(event_parser, comments_unknown_fields_and_what_has_no_data_are_no_events) {
  EXPECT_TRUE(parse(":\n\n: keep-alive\n\nevent: x\n\nfoo: bar\n\n").empty());
  EXPECT_TRUE(parse("data: cut off").empty());
  EXPECT_TRUE(parse("data: cut off\n").empty());
}

TEST(event_parser, an_id_stays_and_a_name_does_not) {
  EXPECT_EQ(parse("id: 1\nevent: x\ndata: a\n\ndata: b\n\nid\ndata: c\n\n"),
            (std::vector<server_sent_event>{
                {.data = "a", .name = "x", .id = "1"}, {.data = "b", .id = "1"}, {.data = "c"}}));
  EXPECT_EQ(parse(std::string_view("id: a\0b\ndata: x\n\n", 18)),
            (std::vector<server_sent_event>{{.data = "x"}}));
}

TEST(event_parser, a_retry_that_is_no_number_is_ignored) {
  EXPECT_EQ(parse("retry: 1s\nretry: -5\nretry: 99999999999999999999\ndata: a\n\n"),
            (std::vector<server_sent_event>{{.data = "a"}}));
}

TEST(event_parser, an_event_without_end_is_refused) {
  event_parser parser(1000);
  std::vector<server_sent_event> none;
  EXPECT_THROW(
      {
        for (int i = 0; i < 1000; ++i) parser.push("data: more and more\n", none);
      },
      protocol_error);
  event_parser line(1000);
  EXPECT_THROW(line.push("data: " + std::string(2000, 'x'), none), protocol_error);
}

}  // namespace
}  // namespace eddy::http
