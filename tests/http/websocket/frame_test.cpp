// SPDX-License-Identifier: MIT
#include <http/websocket/frame.hpp>

#include <string>

#include <gtest/gtest.h>

namespace eddy::http::websocket::detail {
namespace {

using namespace std::string_literals;

std::string bytes_of(const frame_header& header) {
  std::string out;
  append_to(out, header);
  return out;
}

TEST(websocket_frame, a_header_is_as_long_as_its_length_needs) {
  EXPECT_EQ(bytes_of({.op = opcode::text, .size = 125}), "\x81\x7d"s);
  EXPECT_EQ(bytes_of({.op = opcode::text, .size = 126}), "\x81\x7e\x00\x7e"s);
  EXPECT_EQ(bytes_of({.op = opcode::binary, .size = 65535}), "\x82\x7e\xff\xff"s);
  EXPECT_EQ(bytes_of({.op = opcode::binary, .size = 65536}), "\x82\x7f\0\0\0\0\0\x01\0\0"s);
  EXPECT_EQ(bytes_of({.op = opcode::ping, .mask = mask_key{'a', 'b', 'c', 'd'}, .size = 1}),
            "\x89\x81"
            "abcd");
  EXPECT_EQ(bytes_of({.op = opcode::continuation, .final = false, .compressed = true}),
            "\x40\x00"s);
}

TEST(websocket_frame, what_was_written_is_read_back_in_whatever_pieces) {
  for (const std::uint64_t size :
       {0ULL, 1ULL, 125ULL, 126ULL, 65535ULL, 65536ULL, (1ULL << 63) - 1}) {
    for (const bool masked : {false, true}) {
      frame_header header{.op = opcode::binary, .final = false, .compressed = true, .size = size};
      if (masked) header.mask = mask_key{'a', 'b', '\x80', '\xff'};
      const std::string bytes = bytes_of(header) + "rest";
      header_reader whole;
      std::string_view input = bytes;
      EXPECT_EQ(whole.next(input), header);
      EXPECT_EQ(input, "rest");

      header_reader pieces;
      for (std::size_t i = 0; i + 5 < bytes.size(); ++i) {
        std::string_view one = std::string_view(bytes).substr(i, 1);
        EXPECT_EQ(pieces.next(one), std::nullopt);
      }
      std::string_view last = std::string_view(bytes).substr(bytes.size() - 5);
      EXPECT_EQ(pieces.next(last), header);
    }
  }
}

TEST(websocket_frame, the_mask_is_the_same_wherever_a_payload_is_cut) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += static_cast<char>(i);
  const mask_key key{'\x11', '\x22', '\x44', '\x88'};
  std::string expected = text;
  for (std::size_t i = 0; i < expected.size(); ++i) expected[i] ^= key[i % 4];
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    std::string masked = text;
    apply_mask(std::span(masked).first(cut), key, 0);
    apply_mask(std::span(masked).subspan(cut), key, cut);
    EXPECT_EQ(masked, expected) << cut;
  }
}

struct bad_header {
  const char* rule;
  std::string bytes;
};

TEST(websocket_frame, a_header_that_breaks_a_rule_is_refused) {
  for (const auto& [rule, bytes] : {
           bad_header{"RSV2", "\xa1\x00"s},
           bad_header{"RSV3", "\x91\x00"s},
           bad_header{"opcode 3", "\x83\x00"s},
           bad_header{"opcode 7", "\x87\x00"s},
           bad_header{"opcode 11", "\x8b\x00"s},
           bad_header{"opcode 15", "\x8f\x00"s},
           bad_header{"a ping in fragments", "\x09\x00"s},
           bad_header{"a compressed ping", "\xc9\x00"s},
           bad_header{"a ping of 126 bytes", "\x89\x7e"s},
           bad_header{"125 in two bytes", "\x81\x7e\x00\x7d"s},
           bad_header{"65535 in eight", "\x81\x7f\0\0\0\0\0\0\xff\xff"s},
           bad_header{"the top bit of eight", "\x81\x7f\x80\0\0\0\0\0\0\0"s},
       }) {
    header_reader reader;
    std::string_view input = bytes;
    try {
      EXPECT_EQ(reader.next(input), std::nullopt) << rule << " was accepted";
      ADD_FAILURE() << rule << " was not refused";
    } catch (const violation& error) {
      EXPECT_EQ(error.code(), close_code::protocol_error) << rule;
    }
  }
}

}  // namespace
}  // namespace eddy::http::websocket::detail
