// SPDX-License-Identifier: MIT
#include <brotli/encode.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/http/decoder.hpp>
#include <http/message/decoding.hpp>

namespace eddy::http {
namespace {

using codings = std::vector<content_coding>;
using enum content_coding;
constexpr std::uint64_t plenty = 1 << 30;
using testing::text_of;

std::string compress(content_coding with, std::string_view text) {
  std::string out(text.size() + 1000, '\0');
  std::size_t size = out.size();
  if (with == brotli) {
    EXPECT_TRUE(::BrotliEncoderCompress(5, 22, BROTLI_MODE_TEXT, text.size(),
                                        reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                                        reinterpret_cast<std::uint8_t*>(out.data())));
  } else if (with == zstd) {
    size = ::ZSTD_compress(out.data(), size, text.data(), text.size(), 3);
  } else {
    auto zlib_size = static_cast<uLongf>(size);
    EXPECT_EQ(::compress(reinterpret_cast<Bytef*>(out.data()), &zlib_size,
                         reinterpret_cast<const Bytef*>(text.data()), text.size()),
              Z_OK);
    size = zlib_size;
  }
  out.resize(size);
  return out;
}

std::string decode(const codings& how, std::string_view input, std::size_t step = 1 << 20,
                   std::uint64_t limit = plenty) {
  decoder decoder(how, limit);
  return testing::decode_all(decoder, input, step);
}

std::optional<protocol_error> failure_of(const codings& how, std::string_view input,
                                         std::uint64_t limit = plenty) {
  try {
    (void)decode(how, input, 1 << 20, limit);
    return std::nullopt;
  } catch (const protocol_error& e) {
    return e;
  }
}

TEST(codings, a_list_is_read_in_order) {
  EXPECT_EQ(parse_content_codings("deflate, GZIP,br"), (codings{deflate, gzip, brotli}));
  EXPECT_EQ(parse_content_codings(" identity ,, zstd"), codings{zstd});
  EXPECT_EQ(parse_content_codings(""), codings());
  EXPECT_EQ(parse_content_codings("x-gzip"), codings{gzip});
  EXPECT_EQ(parse_content_codings("gzip, compress"), std::nullopt);
  EXPECT_EQ(parse_content_codings("gzip, gzip, gzip, gzip"), std::nullopt) << "more than three";
}

TEST(codings, brotli_and_zstd_are_undone_however_they_are_cut) {
  for (const auto coding : {brotli, zstd}) {
    const std::string text = text_of(100'000);
    const std::string coded = compress(coding, text);
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, coded.size()}) {
      EXPECT_TRUE(decode({coding}, coded, step) == text) << step;
    }
    EXPECT_EQ(decode({coding}, compress(coding, "")), "");
    EXPECT_EQ(decode({coding}, ""), "") << "how a server sends nothing";
  }
}

TEST(codings, zstd_frames_may_follow_one_another_brotli_streams_not) {
  EXPECT_EQ(decode({zstd}, compress(zstd, "one") + compress(zstd, "two")), "onetwo");
  EXPECT_EQ(failure_of({brotli}, compress(brotli, "one") + "x")->fault(),
            protocol_fault::bad_encoding);
}

TEST(codings, what_stops_early_or_is_none_is_an_error) {
  for (const auto coding : {brotli, zstd}) {
    const std::string coded = compress(coding, text_of(1000));
    EXPECT_EQ(failure_of({coding}, coded.substr(0, coded.size() - 1))->fault(),
              protocol_fault::truncated);
    EXPECT_EQ(failure_of({coding}, std::string(100, '\xff'))->fault(),
              protocol_fault::bad_encoding);
  }
}

TEST(codings, a_bomb_is_stopped_at_the_limit) {
  const std::string zeros(10'000'000, '\0');
  for (const auto coding : {brotli, zstd}) {
    const std::string bomb = compress(coding, zeros);
    EXPECT_LT(bomb.size(), 20'000U);
    EXPECT_EQ(failure_of({coding}, bomb, 100'000)->fault(), protocol_fault::body_too_large);
  }
}

TEST(codings, a_list_is_undone_from_its_end) {
  const std::string text = text_of(100'000);
  const std::string coded = compress(brotli, compress(zstd, compress(deflate, text)));
  for (const std::size_t step : {std::size_t{1}, std::size_t{100}, coded.size()}) {
    EXPECT_TRUE(decode({deflate, zstd, brotli}, coded, step) == text) << step;
  }
  EXPECT_EQ(
      failure_of({deflate, zstd, brotli}, compress(brotli, compress(zstd, "\xff\xff")))->fault(),
      protocol_fault::bad_encoding);
  const std::string cut = compress(deflate, text).substr(0, 1000);
  EXPECT_EQ(failure_of({deflate, zstd}, compress(zstd, cut))->fault(), protocol_fault::truncated);
}

TEST(codings, the_limit_holds_for_each_of_a_list) {
  // Many frames with nothing in them: what comes out in the end is small.
  const std::string frame = compress(zstd, "");
  std::string frames;
  while (frames.size() < 1'000'000) frames += frame;
  const std::string coded = compress(brotli, frames);
  EXPECT_EQ(failure_of({zstd, brotli}, coded, 100'000)->fault(), protocol_fault::body_too_large);

  decoder without_limit({zstd, brotli}, plenty, 100'000);
  std::string_view input = coded;
  EXPECT_THROW((void)without_limit.decode(input), protocol_error) << "but for what lies between";
  decoder of_one({brotli}, plenty, 10);
  input = coded;
  EXPECT_FALSE(of_one.decode(input).empty()) << "nothing lies between";
}

TEST(codings, zstd_windows_beyond_8_mib_are_refused) {
  ZSTD_CCtx* const context = ::ZSTD_createCCtx();
  ::ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 24);
  const std::string text = text_of(200);
  std::string out(1000, '\0');
  // Without the size of the content the window is as large as was asked for.
  ZSTD_inBuffer from{text.data(), text.size(), 0};
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  EXPECT_FALSE(::ZSTD_isError(::ZSTD_compressStream2(context, &to, &from, ZSTD_e_flush)));
  EXPECT_EQ(::ZSTD_compressStream2(context, &to, &from, ZSTD_e_end), 0U);
  ::ZSTD_freeCCtx(context);
  out.resize(to.pos);
  EXPECT_EQ(failure_of({zstd}, out)->fault(), protocol_fault::bad_encoding);
}

}  // namespace
}  // namespace eddy::http
