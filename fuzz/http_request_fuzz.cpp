// SPDX-License-Identifier: MIT
#include <string>

#include <eddy/http/parser.hpp>
#include <http/message/transcript.hpp>

#include "splits.hpp"

using namespace eddy;

namespace {

// Small, so that the fuzzer reaches them.
constexpr http::parse_limits limits{.max_header_bytes = 256, .max_fields = 8, .max_body = 64};

// What the parser accepted means the same when we send it on.
void require_round_trip(std::string_view input) {
  http::request_parser parser(limits);
  try {
    if (!parser.parse_head(input)) return;
  } catch (const http::protocol_error&) {
    return;
  }
  const http::request_head head = parser.head();
  std::string wire;
  append_to(wire, head);
  http::request_parser again({.max_body = limits.max_body});
  std::string_view rest = wire;
  fuzz::require(again.parse_head(rest) && rest.empty(), "a head that was written can be read");
  fuzz::require(again.head().method == head.method && again.head().target == head.target &&
                    again.head().headers == head.headers && again.body_size() == parser.body_size(),
                "a head that was written reads the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto wire = fuzz::as_text(data, size);
  const auto whole = http::testing::transcribe(http::request_parser(limits), {wire});
  for (const auto& pieces : fuzz::splits(wire)) {
    fuzz::require(http::testing::transcribe(http::request_parser(limits), pieces) == whole,
                  "the result does not depend on how the input is cut");
  }
  require_round_trip(wire);
  return 0;
}
