// SPDX-License-Identifier: MIT
#include <http/message/media_types.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <http/message/text.hpp>

namespace eddy::http::detail {
namespace {

using ending_and_type = std::pair<std::string_view, std::string_view>;

constexpr std::array types{
    ending_and_type{"html", "text/html; charset=utf-8"},
    ending_and_type{"htm", "text/html; charset=utf-8"},
    ending_and_type{"css", "text/css; charset=utf-8"},
    ending_and_type{"js", "text/javascript; charset=utf-8"},
    ending_and_type{"mjs", "text/javascript; charset=utf-8"},
    ending_and_type{"json", "application/json"},
    ending_and_type{"jsonl", "application/jsonl"},
    ending_and_type{"map", "application/json"},
    ending_and_type{"webmanifest", "application/manifest+json"},
    ending_and_type{"xml", "application/xml"},
    ending_and_type{"xhtml", "application/xhtml+xml"},
    ending_and_type{"rss", "application/rss+xml"},
    ending_and_type{"atom", "application/atom+xml"},
    ending_and_type{"txt", "text/plain; charset=utf-8"},
    ending_and_type{"log", "text/plain; charset=utf-8"},
    ending_and_type{"md", "text/markdown; charset=utf-8"},
    ending_and_type{"csv", "text/csv; charset=utf-8"},
    ending_and_type{"ics", "text/calendar; charset=utf-8"},
    ending_and_type{"svg", "image/svg+xml"},
    ending_and_type{"png", "image/png"},
    ending_and_type{"jpg", "image/jpeg"},
    ending_and_type{"jpeg", "image/jpeg"},
    ending_and_type{"gif", "image/gif"},
    ending_and_type{"webp", "image/webp"},
    ending_and_type{"avif", "image/avif"},
    ending_and_type{"ico", "image/x-icon"},
    ending_and_type{"bmp", "image/bmp"},
    ending_and_type{"tif", "image/tiff"},
    ending_and_type{"tiff", "image/tiff"},
    ending_and_type{"mp3", "audio/mpeg"},
    ending_and_type{"m4a", "audio/mp4"},
    ending_and_type{"ogg", "audio/ogg"},
    ending_and_type{"opus", "audio/ogg"},
    ending_and_type{"flac", "audio/flac"},
    ending_and_type{"wav", "audio/wav"},
    ending_and_type{"mp4", "video/mp4"},
    ending_and_type{"webm", "video/webm"},
    ending_and_type{"mov", "video/quicktime"},
    ending_and_type{"woff", "font/woff"},
    ending_and_type{"woff2", "font/woff2"},
    ending_and_type{"ttf", "font/ttf"},
    ending_and_type{"otf", "font/otf"},
    ending_and_type{"wasm", "application/wasm"},
    ending_and_type{"pdf", "application/pdf"},
    ending_and_type{"zip", "application/zip"},
    ending_and_type{"gz", "application/gzip"},
    ending_and_type{"tar", "application/x-tar"},
    ending_and_type{"zst", "application/zstd"},
};

}  // namespace

std::string_view media_type_of(std::string_view file_name) noexcept {
  const auto name = file_name.substr(file_name.rfind('/') + 1);
  const auto dot = name.rfind('.');
  if (dot != name.npos) {
    const auto* const found = std::ranges::find_if(types, [&](const ending_and_type& type) {
      return equal_ignoring_case(type.first, name.substr(dot + 1));
    });
    if (found != types.end()) return found->second;
  }
  return "application/octet-stream";
}

}  // namespace eddy::http::detail
