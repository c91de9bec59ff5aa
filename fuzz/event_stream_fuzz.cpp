// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include <eddy/http/error.hpp>
#include <eddy/http/events.hpp>

#include "splits.hpp"

using namespace eddy;

namespace {

constexpr std::size_t longest = 128;  // small, so that the fuzzer reaches it

struct result {
  std::vector<http::server_sent_event> events;
  bool failed = false;

  friend bool operator==(const result&, const result&) = default;
};

result parse(const std::vector<std::string_view>& pieces) {
  result result;
  http::event_parser parser(longest);
  try {
    for (const auto piece : pieces) parser.push(piece, result.events);
  } catch (const http::protocol_error&) {
    result.failed = true;
  }
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::as_text(data, size);
  const result whole = parse({text});
  for (const auto& pieces : fuzz::splits(text)) {
    fuzz::require(parse(pieces) == whole, "the result does not depend on how the input is cut");
  }
  for (const auto& event : whole.events) {
    std::string wire;
    append_to(wire, event);
    std::vector<http::server_sent_event> again;
    http::event_parser(4 * longest + 64).push(wire, again);
    fuzz::require(again == std::vector{event}, "an event that was written reads the same");
  }
  return 0;
}
