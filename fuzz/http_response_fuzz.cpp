// SPDX-License-Identifier: MIT
#include <eddy/http/parser.hpp>
#include <http/message/transcript.hpp>

#include "splits.hpp"

using namespace eddy;

namespace {

// Small, so that the fuzzer reaches them.
constexpr http::parse_limits limits{.max_header_bytes = 256, .max_fields = 8, .max_body = 64};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto wire = fuzz::as_text(data, size);
  for (const char* method : {"GET", "HEAD", "CONNECT"}) {
    const auto whole = http::testing::transcribe(http::response_parser(method, limits), {wire});
    for (const auto& pieces : fuzz::splits(wire)) {
      fuzz::require(
          http::testing::transcribe(http::response_parser(method, limits), pieces) == whole,
          "the result does not depend on how the input is cut");
    }
  }
  return 0;
}
