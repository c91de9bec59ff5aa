// SPDX-License-Identifier: MIT
//
// Most cases are those of the Autobahn test suite, by its numbers.
#include <http/websocket/message_reader.hpp>

#include <string>

#include <gtest/gtest.h>

#include <http/websocket/frames.hpp>

namespace eddy::http::websocket {
namespace {

using namespace std::string_literals;
using testing::byte_by_byte;
using testing::frame;
using testing::opcode;
using testing::read;
using testing::read_as_client;
using testing::role;

struct expectation {
  const char* number;
  std::string bytes;
  std::string seen;
};

void expect_all(const std::vector<expectation>& cases) {
  for (const auto& [number, bytes, seen] : cases) {
    EXPECT_EQ(read_as_client(bytes), seen) << number;
    EXPECT_EQ(read({.us = role::client}, byte_by_byte(bytes)), seen) << number << ", cut up";
  }
}

std::string fragment(opcode op, std::string_view payload) {
  return frame(op, payload, {.final = false});
}

TEST(websocket_reader, sizes_1) {
  for (const std::size_t size : {0, 125, 126, 127, 128, 65535, 65536}) {
    const std::string text(size, '*');
    EXPECT_EQ(read_as_client(frame(opcode::text, text)), "text(" + text + ") ");
    EXPECT_EQ(read_as_client(frame(opcode::binary, text)), "binary(" + text + ") ");
  }
}

TEST(websocket_reader, pings_and_pongs_2) {
  const std::string longest(125, 'x');
  expect_all({
      {"2.1", frame(opcode::ping, ""), "ping() "},
      {"2.2", frame(opcode::ping, "Hello"), "ping(Hello) "},
      {"2.3", frame(opcode::ping, "\x00\xff\xfe"s), "ping(\x00\xff\xfe) "s},
      {"2.4", frame(opcode::ping, longest), "ping(" + longest + ") "},
      {"2.5", frame(opcode::ping, longest + "x"), "!1002"},
      {"2.7", frame(opcode::pong, ""), "pong() "},
      {"2.9", frame(opcode::pong, "a") + frame(opcode::ping, "b"), "pong(a) ping(b) "},
  });
}

TEST(websocket_reader, reserved_bits_3_and_opcodes_4) {
  const std::string before = frame(opcode::text, "a");
  expect_all({
      {"3.1", "\x91\x05Hello", "!1002"},
      {"3.2", before + "\xa1\x05Hello", "text(a) !1002"},
      {"3.4", before + "\xc1\x05Hello", "text(a) !1002"},
      {"3.6", "\xf2\x01x", "!1002"},
      {"3.7", "\xf8\x00"s, "!1002"},
      {"4.1.1", "\x83\x00"s, "!1002"},
      {"4.1.5", "\x87\x00"s, "!1002"},
      {"4.2.1", "\x8b\x00"s, "!1002"},
      {"4.2.5", before + "\x8f\x00"s, "text(a) !1002"},
  });
}

TEST(websocket_reader, fragments_5) {
  const std::string a = fragment(opcode::text, "a");
  const std::string b = fragment(opcode::continuation, "b");
  const std::string c = frame(opcode::continuation, "c");
  expect_all({
      {"5.1", fragment(opcode::ping, "a") + c, "!1002"},
      {"5.2", fragment(opcode::pong, "a") + c, "!1002"},
      {"5.3", a + c, "text(ac) "},
      {"5.6", a + frame(opcode::ping, "p") + c, "ping(p) text(ac) "},
      {"5.9", c + frame(opcode::text, "x"), "!1002"},
      {"5.12", b + frame(opcode::text, "x"), "!1002"},
      {"5.15", a + c + b + a, "text(ac) !1002"},
      {"5.16", b + a + c, "!1002"},
      {"5.18", a + frame(opcode::text, "x"), "!1002"},
      {"5.19", a + b + frame(opcode::ping, "1") + b + b + frame(opcode::ping, "2") + c,
       "ping(1) ping(2) text(abbbc) "},
      {"empty", fragment(opcode::binary, "") + frame(opcode::continuation, ""), "binary() "},
      {"a close between", a + frame(opcode::close, ""), "close() "},
  });
}

TEST(websocket_reader, texts_6) {
  expect_all({
      {"6.1.1", frame(opcode::text, ""), "text() "},
      {"6.1.3",
       fragment(opcode::text, "") + fragment(opcode::continuation, "x") +
           frame(opcode::continuation, ""),
       "text(x) "},
      {"6.2.1", frame(opcode::text, "Hello-µ@ßöäüàá-UTF-8!!"), "text(Hello-µ@ßöäüàá-UTF-8!!) "},
      {"6.2.3", fragment(opcode::text, "\xc2") + frame(opcode::continuation, "\xb5"), "text(µ) "},
      {"6.3.1", frame(opcode::text, "κόσμε\xed\xa0\x80 edited"), "!1007"},
      {"6.12.1", frame(opcode::text, "\xfc\x84\x80\x80\x80\x80"), "!1007"},
      {"6.20", frame(opcode::text, "\xe2\x82"), "!1007"},
      {"binary is anything", frame(opcode::binary, "\xed\xa0\x80"), "binary(\xed\xa0\x80) "},
  });
}

// 6.4: without waiting for the rest of the frame, or of the message.
TEST(websocket_reader, a_text_is_refused_at_the_byte_that_makes_it_wrong) {
  const std::string bytes = fragment(opcode::text, "κόσμε\xf4\x90");
  EXPECT_EQ(read_as_client(bytes), "!1007");
  EXPECT_EQ(read_as_client(frame(opcode::text, "\xf4\x90 and more").substr(0, 4)), "!1007");
}

TEST(websocket_reader, closes_7) {
  const auto with_code = [](unsigned code) {
    return frame(opcode::close, std::string{static_cast<char>(code >> 8), static_cast<char>(code)});
  };
  expect_all({
      {"7.3.1", frame(opcode::close, ""), "close() "},
      {"7.3.2", frame(opcode::close, "a"), "close(a) !1002"},
      {"7.3.6", frame(opcode::close, "\x03\xe8" + std::string(124, 'x')), "!1002"},
      {"7.5.1", frame(opcode::close, "\x03\xe8\xce\xba\xed\xa0\x80"),
       "close(\x03\xe8\xce\xba\xed\xa0\x80) !1007"},
  });
  for (const unsigned good : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013,
                              1014, 3000, 3999, 4000, 4999}) {
    EXPECT_FALSE(read_as_client(with_code(good)).ends_with("!1002")) << good;
  }
  for (const unsigned bad : {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
    EXPECT_TRUE(read_as_client(with_code(bad)).ends_with("!1002")) << bad;
  }
}

TEST(websocket_reader, a_close_says_why) {
  EXPECT_EQ(detail::parse_close(""), (close_reason{close_code::no_code, ""}));
  EXPECT_EQ(detail::parse_close("\x03\xe9 bye"), (close_reason{close_code::going_away, " bye"}));
}

TEST(websocket_reader, a_message_may_be_as_long_as_allowed_and_no_longer) {
  const std::string six = fragment(opcode::text, "123456");
  EXPECT_EQ(read_as_client(frame(opcode::text, "1234567890"), 10), "text(1234567890) ");
  EXPECT_EQ(read_as_client(six + frame(opcode::continuation, "1234"), 10), "text(1234561234) ");
  EXPECT_EQ(read_as_client(six + frame(opcode::continuation, "12345").substr(0, 2), 10), "!1009")
      << "the header alone tells";
  // Nothing is kept for what is only promised.
  EXPECT_EQ(read_as_client("\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"s), "!1009");
  EXPECT_EQ(read_as_client(frame(opcode::ping, "not a part of it") + six, 10),
            "ping(not a part of it) ");
}

TEST(websocket_reader, a_client_masks_and_a_server_does_not) {
  const std::string masked = frame(opcode::text, "Hello, world", {.masked = true});
  const std::string plain = frame(opcode::text, "Hello, world");
  EXPECT_EQ(read({.us = role::server}, {masked}), "text(Hello, world) ");
  EXPECT_EQ(read({.us = role::server}, byte_by_byte(masked)), "text(Hello, world) ");
  EXPECT_EQ(read({.us = role::server}, {plain}), "!1002");
  EXPECT_EQ(read({.us = role::client}, {masked}), "!1002");
  EXPECT_EQ(read({.us = role::server}, {frame(opcode::ping, "p", {.masked = true})}), "ping(p) ");
}

}  // namespace
}  // namespace eddy::http::websocket
