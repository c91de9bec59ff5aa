// SPDX-License-Identifier: MIT
#include <string>

#include <eddy/http/decoder.hpp>

#include "splits.hpp"

using namespace eddy;

namespace {

constexpr std::uint64_t limit = 100'000;

struct result {
  std::string text;
  bool failed = false;

  // How far the text got before an error, and so whether that was the limit, may depend on the
  // cuts: the libraries look ahead.
  friend bool operator==(const result& a, const result& b) {
    return a.failed == b.failed && (a.failed || a.text == b.text);
  }
};

result decode(http::content_coding coding, const std::vector<std::string_view>& pieces) {
  result result;
  http::decoder decoder(coding, limit);
  try {
    for (auto piece : pieces) {
      for (auto d = decoder.decode(piece); !d.empty(); d = decoder.decode(piece)) result.text += d;
      fuzz::require(piece.empty(), "all input is used up");
    }
    decoder.finish();
  } catch (const http::protocol_error&) {
    result.failed = true;
  }
  fuzz::require(result.text.size() <= limit, "the limit is kept");
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto coded = fuzz::as_text(data, size);
  using enum http::content_coding;
  for (const auto coding : {gzip, deflate, brotli, zstd}) {
    const auto whole = decode(coding, {coded});
    for (const auto& pieces : fuzz::splits(coded)) {
      fuzz::require(decode(coding, pieces) == whole,
                    "the result does not depend on how the input is cut");
    }
  }
  return 0;
}
