// SPDX-License-Identifier: MIT
#include <eddy/http/compression.hpp>

#include <brotli/decode.h>
#include <zstd.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <eddy/http/decoder.hpp>
#include <eddy/testing/test.hpp>

namespace eddy::http {
namespace {

task<server_reply> through(server_reply reply, std::string_view accepted,
                           compression_options options = {}) {
  server_request request;
  if (!accepted.empty()) request.head.headers.set("Accept-Encoding", accepted);
  const handler answer = [&](server_request&) -> task<server_reply> { co_return std::move(reply); };
  const middleware compress = compression(options);
  co_return co_await compress(request, answer);
}

task<std::vector<std::string>> pieces_of(server_reply& reply) {
  std::vector<std::string> pieces;
  auto stream = reply.body.open();
  while (const auto* piece = co_await stream.next()) pieces.emplace_back(*piece);
  co_return pieces;
}

task<std::string> text_of(server_reply& reply) {
  std::string text;
  for (const std::string& piece : co_await pieces_of(reply)) text += piece;
  co_return text;
}

std::string coding_of(const server_reply& reply) {
  return std::string(reply.headers.get("Content-Encoding").value_or("-"));
}

// What has come of the text so far.
std::string decoded(std::string_view coding, std::string_view coded) {
  std::string out(1'000'000, '\0');
  if (coding == "zstd") {
    ZSTD_DCtx* context = ZSTD_createDCtx();
    ZSTD_inBuffer from{.src = coded.data(), .size = coded.size(), .pos = 0};
    ZSTD_outBuffer to{.dst = out.data(), .size = out.size(), .pos = 0};
    ZSTD_decompressStream(context, &to, &from);
    ZSTD_freeDCtx(context);
    out.resize(to.pos);
    return out;
  }
  if (coding == "br") {
    BrotliDecoderState* state = BrotliDecoderCreateInstance(nullptr, nullptr, nullptr);
    std::size_t left = coded.size();
    const auto* from = reinterpret_cast<const std::uint8_t*>(coded.data());
    std::size_t room = out.size();
    auto* to = reinterpret_cast<std::uint8_t*>(out.data());
    BrotliDecoderDecompressStream(state, &left, &from, &room, &to, nullptr);
    BrotliDecoderDestroyInstance(state);
    out.resize(out.size() - room);
    return out;
  }
  decoder gzip(content_coding::gzip, out.size());
  out.clear();
  for (;;) {
    const auto piece = gzip.decode(coded);
    if (piece.empty()) return out;
    out += piece;
  }
}

std::string long_text() {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "row " + std::to_string(i) + "\n";
  return text;
}

EDDY_TEST(compression, each_coding_is_undone_by_its_own_library) {
  for (const std::string coding : {"gzip", "br", "zstd"}) {
    for (const std::string& text : {long_text(), std::string(900'000, 'x')}) {
      server_reply reply = co_await through(server_reply::text(200, text), coding);
      EXPECT_EQ(coding_of(reply), coding);
      EXPECT_EQ(reply.headers.get("Vary"), "Accept-Encoding");
      const std::string coded = co_await text_of(reply);
      EXPECT_LT(coded.size(), text.size() / 2);
      EXPECT_EQ(decoded(coding, coded), text) << coding;
    }
  }
}

EDDY_TEST(compression, the_client_chooses) {
  const auto coding = [](std::string_view accepted) -> task<std::string> {
    co_return coding_of(co_await through(server_reply::text(200, long_text()), accepted));
  };
  EXPECT_EQ(co_await coding("gzip, deflate, br, zstd"), "zstd");
  EXPECT_EQ(co_await coding("gzip;q=0.9, br;q=0.5"), "gzip");
  EXPECT_EQ(co_await coding("*"), "zstd");
  EXPECT_EQ(co_await coding("gzip;q=0"), "-");
  EXPECT_EQ(co_await coding("deflate"), "-");
  EXPECT_EQ(co_await coding(""), "-");
}

EDDY_TEST(compression, what_gains_nothing_goes_as_it_is) {
  const auto coding = [](server_reply reply) -> task<std::string> {
    co_return coding_of(co_await through(std::move(reply), "gzip"));
  };
  EXPECT_EQ(co_await coding(server_reply::text(200, "short")), "-");
  EXPECT_EQ(co_await coding({.headers = {{"Content-Type", "image/png"}}, .body = long_text()}),
            "-");
  EXPECT_EQ(co_await coding({.body = long_text()}), "-");
  server_reply coded = server_reply::text(200, long_text());
  coded.headers.set("Content-Encoding", "br");
  EXPECT_EQ(co_await coding(std::move(coded)), "br");
  server_reply part = server_reply::text(206, long_text());
  EXPECT_EQ(co_await coding(std::move(part)), "-");
  server_reply kept = server_reply::text(200, long_text());
  kept.headers.set("Cache-Control", "private, no-transform");
  EXPECT_EQ(co_await coding(std::move(kept)), "-");
}

EDDY_TEST(compression, what_is_small_is_a_matter_of_choice) {
  const std::string text(100, 'x');
  auto by_default = co_await through(server_reply::text(200, text), "gzip");
  EXPECT_EQ(coding_of(by_default), "-");
  auto chosen = co_await through(server_reply::text(200, text), "gzip", {.min_size = 100});
  EXPECT_EQ(coding_of(chosen), "gzip");
}

EDDY_TEST(compression, caches_hear_that_the_answer_depends_on_the_client) {
  server_reply kept = server_reply::text(200, long_text());
  kept.headers.set("Vary", "Origin");
  const server_reply reply = co_await through(std::move(kept), "");
  EXPECT_TRUE(reply.headers.has_token("Vary", "Accept-Encoding"));
  EXPECT_TRUE(reply.headers.has_token("Vary", "Origin"));
}

EDDY_TEST(compression, a_strong_etag_becomes_a_weak_one) {
  server_reply tagged = server_reply::text(200, long_text());
  tagged.headers.set("ETag", "\"a\"");
  const server_reply reply = co_await through(std::move(tagged), "gzip");
  EXPECT_EQ(reply.headers.get("ETag"), "W/\"a\"");
}

body_stream two_pieces() {
  std::string_view first = "first";
  co_yield first;
  std::string_view second = "second";
  co_yield second;
}

EDDY_TEST(compression, a_stream_arrives_piece_by_piece) {
  for (const std::string coding : {"gzip", "br", "zstd"}) {
    server_reply reply = co_await through({.headers = {{"Content-Type", "text/event-stream"}},
                                           .body = body::stream(two_pieces(), 11)},
                                          coding);
    EXPECT_EQ(coding_of(reply), "-") << "it is known to be short";
    reply = co_await through(
        {.headers = {{"Content-Type", "text/event-stream"}}, .body = body::stream(two_pieces())},
        coding);
    EXPECT_EQ(reply.body.size(), std::nullopt);
    const auto pieces = co_await pieces_of(reply);
    EXPECT_EQ(decoded(coding, pieces[0]), "first") << coding;
    EXPECT_EQ(decoded(coding, pieces[0] + pieces[1]), "firstsecond") << coding;
  }
}

EDDY_TEST(compression, an_answer_without_a_body_names_the_same_etag) {
  const server_reply reply =
      co_await through({.status = 304, .headers = {{"ETag", "\"a\""}}}, "gzip");
  EXPECT_EQ(reply.headers.get("ETag"), "W/\"a\"");
}

}  // namespace
}  // namespace eddy::http
