// SPDX-License-Identifier: MIT
#include <http/websocket/deflate.hpp>

#include <random>
#include <string>

#include <gtest/gtest.h>

#include <http/websocket/frames.hpp>

namespace eddy::http::websocket::detail {
namespace {

using namespace std::string_literals;
using testing::byte_by_byte;
using testing::frame;
using testing::read;

constexpr std::size_t no_limit = 1 << 30;

std::string inflate(inflater& by, std::string_view payload) {
  std::string out;
  by.append(payload, out, no_limit);
  by.finish(out, no_limit);
  return out;
}

std::string noise(std::size_t size) {
  std::minstd_rand random(7);
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(random());
  return text;
}

TEST(websocket_deflate, reads_the_examples_of_the_standard) {
  inflater first({});
  EXPECT_EQ(inflate(first, "\xf2\x48\xcd\xc9\xc9\x07\x00"s), "Hello");
  EXPECT_EQ(inflate(first, "\xf2\x00\x11\x00\x00"s), "Hello") << "refers to the first";
  inflater stored({});
  EXPECT_EQ(inflate(stored, "\x00\x05\x00\xfa\xffHello\x00"s), "Hello");
  inflater final_block({});
  EXPECT_EQ(inflate(final_block, "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s), "Hello");
  EXPECT_EQ(inflate(final_block, "\xf2\x00\x11\x00\x00"s), "Hello")
      << "what was before a final block can be referred to";
  inflater two_blocks({});
  EXPECT_EQ(inflate(two_blocks, "\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"s), "Hello");
}

TEST(websocket_deflate, what_was_deflated_is_inflated) {
  for (const int bits : {9, 12, 15}) {
    for (const bool keeps_context : {true, false}) {
      const deflate_direction way{.window_bits = bits, .keeps_context = keeps_context};
      deflater out(way);
      inflater in(way);
      for (const std::string& text :
           {"Hello"s, ""s, ""s, "Hello"s, std::string(1'000'000, 'x'), noise(100'000), "x"s}) {
        std::string payload;
        out.append(text, payload);
        EXPECT_EQ(inflate(in, payload), text);
      }
    }
  }
}

TEST(websocket_deflate, the_second_of_two_messages_is_shorter_where_the_context_is_kept) {
  const auto sizes = [](bool keeps_context) {
    deflater out({.keeps_context = keeps_context});
    const std::string text = noise(100);
    std::string first;
    std::string second;
    out.append(text, first);
    out.append(text, second);
    return std::pair(first.size(), second.size());
  };
  const auto [first, second] = sizes(true);
  EXPECT_LT(second, first / 2);
  const auto [alone, again] = sizes(false);
  EXPECT_EQ(alone, again);
}

std::string compressed_text(std::string_view text) {
  deflater out({});
  std::string payload;
  out.append(text, payload);
  return frame(opcode::text, payload, {.compressed = true});
}

std::string read_compressed(const std::vector<std::string_view>& pieces,
                            std::size_t most = 1 << 20) {
  return read({.us = role::client, .max_message = most, .deflate = deflate_direction{}}, pieces);
}

TEST(websocket_deflate, a_compressed_message_is_read_in_whatever_pieces) {
  const std::string text = "Hello, hello, hello µ";
  const std::string bytes = compressed_text(text) + frame(opcode::text, "plain");
  EXPECT_EQ(read_compressed({bytes}), "text(" + text + ") text(plain) ");
  EXPECT_EQ(read_compressed(byte_by_byte(bytes)), "text(" + text + ") text(plain) ");
}

TEST(websocket_deflate, fragments_of_a_compressed_message_are_put_together) {
  deflater out({});
  std::string payload;
  out.append("Hello, hello, hello", payload);
  const std::string bytes =
      frame(opcode::text, payload.substr(0, 5), {.final = false, .compressed = true}) +
      frame(opcode::ping, "p") +
      frame(opcode::continuation, payload.substr(5, 0), {.final = false}) +
      frame(opcode::continuation, payload.substr(5));
  EXPECT_EQ(read_compressed({bytes}), "ping(p) text(Hello, hello, hello) ");
  EXPECT_EQ(read_compressed({frame(opcode::text, payload.substr(0, 5), {.final = false}) +
                             frame(opcode::continuation, payload.substr(5), {.compressed = true})}),
            "!1007")
      << "not UTF-8 as it is";
}

TEST(websocket_deflate, only_the_first_frame_of_a_message_says_that_it_is_compressed) {
  EXPECT_EQ(read_compressed({frame(opcode::text, "a", {.final = false}) +
                             frame(opcode::continuation, "b", {.compressed = true})}),
            "!1002");
}

TEST(websocket_deflate, a_bomb_is_stopped_at_the_limit) {
  const std::string bomb = compressed_text(std::string(50'000'000, 'x'));
  EXPECT_LT(bomb.size(), 100'000U);
  EXPECT_EQ(read_compressed({bomb}), "!1009");
  EXPECT_EQ(read_compressed({compressed_text(std::string(1000, 'x'))}, 1000),
            "text(" + std::string(1000, 'x') + ") ");
  EXPECT_EQ(read_compressed({compressed_text(std::string(1001, 'x'))}, 1000), "!1009");
}

TEST(websocket_deflate, what_is_not_deflated_or_not_utf8_is_refused) {
  EXPECT_EQ(read_compressed({frame(opcode::binary, "\xff\xff\xff", {.compressed = true})}),
            "!1007");
  EXPECT_EQ(read_compressed({compressed_text("\xed\xa0\x80")}), "!1007");
  EXPECT_EQ(read_compressed({compressed_text("\xe2\x82")}), "!1007") << "cut off";
}

}  // namespace
}  // namespace eddy::http::websocket::detail
