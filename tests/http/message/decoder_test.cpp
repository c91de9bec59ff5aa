// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/http/decoder.hpp>
#include <http/message/decoding.hpp>

namespace eddy::http {
namespace {

constexpr int gzip_format = MAX_WBITS + 16;
constexpr int zlib_format = MAX_WBITS;
constexpr int bare_format = -MAX_WBITS;
constexpr std::uint64_t plenty = 1 << 30;
using testing::decode_all;
using testing::text_of;

std::string compress(std::string_view text, int format = gzip_format) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, format, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string decode(content_coding coding, std::string_view input, std::size_t step = 1 << 20) {
  decoder decoder(coding, plenty);
  return decode_all(decoder, input, step);
}

std::optional<protocol_error> failure_of(content_coding coding, std::string_view input,
                                         std::uint64_t limit = plenty) {
  try {
    decoder decoder(coding, limit);
    decode_all(decoder, input, 1000);
  } catch (const protocol_error& error) {
    return error;
  }
  return std::nullopt;
}

TEST(decoder, gives_back_what_was_compressed_however_it_is_cut) {
  const std::string text = text_of(100'000);
  for (const auto& [coding, format] : {std::pair(content_coding::gzip, gzip_format),
                                       std::pair(content_coding::deflate, zlib_format),
                                       std::pair(content_coding::deflate, bare_format)}) {
    const std::string coded = compress(text, format);
    for (const std::size_t step : {1, 7, 4096, 1 << 20}) {
      EXPECT_TRUE(decode(coding, coded, step) == text) << format << " in steps of " << step;
    }
  }
}

TEST(decoder, identity_passes_the_bytes_on_without_a_copy) {
  decoder decoder(content_coding::identity, plenty);
  std::string_view input = "abc";
  const char* const bytes = input.data();
  const auto piece = decoder.decode(input);
  EXPECT_EQ(piece, "abc");
  EXPECT_EQ(piece.data(), bytes);
  EXPECT_TRUE(decoder.decode(input).empty());
}

TEST(decoder, gzip_members_follow_each_other) {
  const std::string coded = compress("one ") + compress("") + compress("two");
  for (const std::size_t step : {1, 5, 1000}) {
    EXPECT_EQ(decode(content_coding::gzip, coded, step), "one two") << step;
  }
}

TEST(decoder, an_empty_body_is_empty_in_every_coding) {
  EXPECT_EQ(decode(content_coding::gzip, ""), "");
  EXPECT_EQ(decode(content_coding::deflate, ""), "");
  EXPECT_EQ(decode(content_coding::gzip, compress("")), "");
}

TEST(decoder, output_that_fills_its_piece_exactly_is_complete) {
  for (const std::size_t size : {16 * 1024, 32 * 1024}) {
    const std::string text(size, 'x');
    EXPECT_TRUE(decode(content_coding::gzip, compress(text)) == text);
    EXPECT_TRUE(decode(content_coding::gzip, compress(text) + compress(text)) == text + text);
  }
}

TEST(decoder, output_that_outlasts_the_input_is_handed_out) {
  // Without a trailer, the last byte of input can hold more text than fits the current piece.
  for (std::size_t size = 16 * 1024; size < 17 * 1024; ++size) {
    const std::string text(size, 'x');
    ASSERT_TRUE(decode(content_coding::deflate, compress(text, bare_format)) == text) << size;
  }
}

TEST(decoder, every_truncation_is_noticed) {
  const std::string coded = compress("some text, some text");
  for (std::size_t size = 1; size < coded.size(); ++size) {
    const auto failure = failure_of(content_coding::gzip, coded.substr(0, size));
    ASSERT_TRUE(failure) << size;
    EXPECT_EQ(failure->fault(), protocol_fault::truncated) << size;
  }
  EXPECT_STREQ(failure_of(content_coding::gzip, coded.substr(0, 15))->what(),
               "gzip body: truncated: it stops inside the compressed data, after 15 bytes");
}

TEST(decoder, every_flipped_check_byte_is_noticed) {
  const std::string coded = compress("some text, some text");
  for (std::size_t i = coded.size() - 8; i < coded.size(); ++i) {
    std::string bad = coded;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    const auto failure = failure_of(content_coding::gzip, bad);
    ASSERT_TRUE(failure) << i;
    EXPECT_EQ(failure->fault(), protocol_fault::bad_encoding) << i;
  }
}

TEST(decoder, what_is_not_compressed_at_all_is_corrupt_and_the_message_says_why) {
  const auto failure = failure_of(content_coding::gzip, "<html></html>");
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->fault(), protocol_fault::bad_encoding);
  EXPECT_STREQ(failure->what(), "gzip body: corrupt after 2 bytes: incorrect header check");
}

TEST(decoder, garbage_after_the_end_is_corrupt) {
  EXPECT_EQ(failure_of(content_coding::gzip, compress("a") + "b")->fault(),
            protocol_fault::bad_encoding);
  EXPECT_EQ(failure_of(content_coding::deflate, compress("a", zlib_format) + "b")->fault(),
            protocol_fault::bad_encoding);
}

TEST(decoder, stops_a_bomb_at_the_limit_and_names_it) {
  const std::string bomb = compress(std::string(10'000'000, '\0'));
  ASSERT_LT(bomb.size(), 20'000);
  const auto failure = failure_of(content_coding::gzip, bomb, 100'000);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->fault(), protocol_fault::body_too_large);
  EXPECT_STREQ(failure->what(), "gzip body: it decodes to more than the limit of 100000 bytes");
}

TEST(decoder, the_limit_itself_is_allowed) {
  const std::string text = text_of(5000);
  EXPECT_FALSE(failure_of(content_coding::gzip, compress(text), 5000));
  EXPECT_TRUE(failure_of(content_coding::gzip, compress(text), 4999));
  EXPECT_FALSE(failure_of(content_coding::identity, text, 5000));
  EXPECT_TRUE(failure_of(content_coding::identity, text, 4999));
}

TEST(decoder, can_be_moved_in_the_middle) {
  const std::string text = text_of(100'000);
  const std::string coded = compress(text);
  decoder first(content_coding::gzip, plenty);
  std::string_view input = coded;
  std::string out(first.decode(input));
  decoder second = std::move(first);
  out += decode_all(second, input, 1 << 20);
  EXPECT_TRUE(out == text);
}

}  // namespace
}  // namespace eddy::http
