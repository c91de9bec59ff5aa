// SPDX-License-Identifier: MIT
// Two readers of one grammar: what simdjson refuses must be found faulty by the scanner that makes
// the messages, and nothing else. What is accepted is written and read back the same.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <codec/json_fault.hpp>
#include <eddy/codec/json.hpp>

#include "splits.hpp"

namespace {

std::optional<eddy::json::value> parse(std::string_view text) {
  try {
    return eddy::json::parse(text);
  } catch (const eddy::json::parse_error&) {
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = eddy::fuzz::as_text(data, size);
  const auto document = parse(text);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  eddy::fuzz::require(
      document.has_value() == !eddy::json::detail::find_fault(text, 512).has_value(),
      "both readers say the same");
  if (document) {
    const std::string written = eddy::json::write(*document);
    eddy::fuzz::require(parse(written) == document, "what was written is read back the same");
    eddy::fuzz::require(parse(eddy::json::write(*document, {.indent = 1})) == document,
                        "and so it is over several lines");
  }
  return 0;
}
