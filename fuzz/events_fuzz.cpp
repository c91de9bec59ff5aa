// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/http/error.hpp>
#include <eddy/http/events.hpp>

#include "splits.hpp"

using namespace eddy;

namespace {

struct result {
  std::vector<http::server_sent_event> events;
  bool refused = false;

  friend bool operator==(const result&, const result&) = default;
};

result read(const std::vector<std::string_view>& pieces) {
  result result;
  http::event_parser parser(1000);
  try {
    for (const auto piece : pieces) parser.push(piece, result.events);
  } catch (const http::protocol_error&) {
    result.refused = true;
  }
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::as_text(data, size);
  const result whole = read({text});
  for (const auto& pieces : fuzz::splits(text)) {
    fuzz::require(read(pieces) == whole, "the result does not depend on how the input is cut");
  }
  std::string written;
  for (const http::server_sent_event& event : whole.events) append_to(written, event);
  std::vector<http::server_sent_event> again;
  http::event_parser(1'000'000).push(written, again);
  // An empty id is not written, so an earlier one would count on.
  for (http::server_sent_event& event : again) event.id.clear();
  result expected = whole;
  for (http::server_sent_event& event : expected.events) event.id.clear();
  fuzz::require(again == expected.events, "what was written is read back the same");
  return 0;
}
