// SPDX-License-Identifier: MIT
// Two readers of one grammar: what simdjson refuses must be found faulty by the scanner that makes
// the messages, and nothing else. What is accepted is written and read back the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include <codec/json_fault.hpp>
#include <eddy/codec/json.hpp>

namespace {

std::optional<eddy::json::value> parse(std::string_view text) {
  try {
    return eddy::json::parse(text);
  } catch (const eddy::json::parse_error&) {
    return std::nullopt;
  }
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto document = parse(text);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  require(document.has_value() == !eddy::json::detail::find_fault(text, 512).has_value());
  if (document) {
    const std::string written = eddy::json::write(*document);
    require(parse(written) == document);
    require(parse(eddy::json::write(*document, {.indent = 1})) == document);
  }
  return 0;
}
