// SPDX-License-Identifier: MIT
#include <eddy/http/compression.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/core/to_thread.hpp>
#include <http/message/accept_encoding.hpp>
#include <http/message/encoder.hpp>
#include <http/message/text.hpp>
#include <http/server/reply_writer.hpp>

namespace eddy::http {
namespace {

using detail::encoder;

// The first is taken where a client likes several the same: the quicker ones first.
constexpr std::array<std::string_view, 3> codings{"zstd", "br", "gzip"};

// More than that takes longer than other requests should wait.
constexpr std::size_t most_in_place = std::size_t{128} * 1024;

bool is_worth_it(std::string_view content_type) {
  const std::string_view type = detail::trim(content_type.substr(0, content_type.find(';')));
  constexpr std::array<std::string_view, 8> others{
      "application/json", "application/jsonl",    "application/javascript", "application/xml",
      "application/wasm", "application/x-ndjson", "image/svg+xml",          "image/x-icon"};
  return type.starts_with("text/") || type.ends_with("+json") || type.ends_with("+xml") ||
         std::ranges::find(others, type) != others.end();
}

// A compressed body is not the same byte for byte.
void weaken_etag(headers& of) {
  const auto etag = of.get("ETag");
  if (etag && etag->starts_with('"')) of.set("ETag", "W/" + std::string(*etag));
}

bool may_be_compressed(const server_reply& reply) {
  // A part is of the body as it is.
  const bool is_whole =
      detail::has_body(reply.status) && reply.status != 206 && !reply.body.empty();
  const auto type = reply.headers.get("Content-Type");
  return is_whole && !reply.resets_connection &&
         is_worth_it(type ? *type : std::string_view(reply.body.content_type())) &&
         !reply.headers.contains("Content-Encoding") &&
         !reply.headers.has_token("Cache-Control", "no-transform");
}

// Empty: none.
std::string_view best_coding(const headers& request) {
  std::string_view best;
  int welcome = 0;
  for (const std::string_view coding : codings) {
    const int how = detail::welcome_of(request, coding);
    if (how > welcome) {
      best = coding;
      welcome = how;
    }
  }
  return best;
}

std::string encode_whole(std::string_view coding, std::string_view text) {
  std::string out;
  detail::make_encoder(coding)->encode(text, out, encoder::step::end);
  return out;
}

body_stream encode_pieces(std::string_view coding, body content) {
  const auto to = detail::make_encoder(coding);
  std::string out;
  auto pieces = content.open();
  while (const auto* piece = co_await pieces.next()) {
    out.clear();
    to->encode(*piece, out, encoder::step::flush);
    std::string_view made = out;
    co_yield made;
  }
  out.clear();
  to->encode({}, out, encoder::step::end);
  std::string_view last = out;
  co_yield last;
}

task<> compress(server_reply& reply, std::string_view coding) {
  reply.headers.set("Content-Encoding", coding);
  reply.headers.erase("Accept-Ranges");  // of what it was before
  weaken_etag(reply.headers);
  if (!reply.headers.contains("Content-Type") && !reply.body.content_type().empty()) {
    reply.headers.set("Content-Type", reply.body.content_type());
  }
  const std::string* text = reply.body.text();
  if (text == nullptr) {
    reply.body = body::stream(encode_pieces(coding, std::move(reply.body)));
  } else if (text->size() <= most_in_place) {
    reply.body = encode_whole(coding, *text);
  } else {
    reply.body = co_await to_thread([&] { return encode_whole(coding, *text); });
  }
}

}  // namespace

middleware compression(compression_options options) {
  return [options](server_request& request, const handler& next) -> task<server_reply> {
    server_reply reply = co_await next(request);
    if (reply.status == 304) weaken_etag(reply.headers);  // of what it was sent with, perhaps
    if (!may_be_compressed(reply)) co_return reply;
    if (!reply.headers.has_token("Vary", "Accept-Encoding")) {
      reply.headers.add("Vary", "Accept-Encoding");
    }
    const auto size = reply.body.size();
    const std::string_view coding = best_coding(request.head.headers);
    if (!coding.empty() && (!size || *size >= options.min_size)) co_await compress(reply, coding);
    co_return reply;
  };
}

}  // namespace eddy::http
