// SPDX-License-Identifier: MIT
#include <algorithm>
#include <new>

#include <fmt/format.h>
#include <simdjson.h>

#include <eddy/codec/json.hpp>

#include "json_fault.hpp"
#include "utf8.hpp"

namespace eddy::json {
namespace {

namespace dom = simdjson::dom;

// simdjson does not count an empty array or object as a level.
struct too_deep {};

value copy(dom::element element, std::size_t levels) {
  if ((element.is_array() || element.is_object()) && levels-- == 0) throw too_deep();
  switch (element.type()) {
    case dom::element_type::ARRAY: {
      const dom::array elements = element.get_array().value_unsafe();
      array copied;
      copied.reserve(elements.size());
      for (const dom::element e : elements) copied.push_back(copy(e, levels));
      return copied;
    }
    case dom::element_type::OBJECT: {
      const dom::object members = element.get_object().value_unsafe();
      object copied;
      copied.reserve(members.size());
      for (const auto& [name, member] : members) {
        copied.append(std::string(name), copy(member, levels));
      }
      return copied;
    }
    case dom::element_type::INT64:
      return element.get_int64().value_unsafe();
    case dom::element_type::UINT64:
      return element.get_uint64().value_unsafe();
    case dom::element_type::DOUBLE:
      return element.get_double().value_unsafe();
    case dom::element_type::STRING:
      return element.get_string().value_unsafe();
    case dom::element_type::BOOL:
      return element.get_bool().value_unsafe();
    case dom::element_type::NULL_VALUE:
      break;
  }
  return nullptr;
}

// In characters; bytes that are no UTF-8 count as one each.
std::size_t length(std::string_view line) {
  std::size_t characters = 0;
  for (; !line.empty(); ++characters) line.remove_prefix(eddy::detail::first_utf8(line).size);
  return characters;
}

[[noreturn]] void refuse(std::string_view text, const detail::fault& fault) {
  const std::string_view before = text.substr(0, fault.offset);
  const auto line = static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1;
  const std::size_t column = length(before.substr(before.rfind('\n') + 1)) + 1;
  throw parse_error(fmt::format("JSON line {}, column {}: {}", line, column, fault.why), line,
                    column);
}

}  // namespace

value parse(std::string_view text, parse_options options) {
  if (constexpr std::string_view mark = "\xEF\xBB\xBF"; text.starts_with(mark)) {
    text.remove_prefix(mark.size());
  }
  dom::parser parser;
  simdjson::error_code error = parser.allocate(text.size(), options.max_depth + 1);
  dom::element document;
  if (!error) error = parser.parse(text.data(), text.size()).get(document);
  if (!error) {
    try {
      return copy(document, options.max_depth);
    } catch (const too_deep&) {
      error = simdjson::DEPTH_ERROR;
    }
  }
  if (error == simdjson::MEMALLOC) throw std::bad_alloc();
  const auto fault = detail::find_fault(text, options.max_depth);
  refuse(text, fault.value_or(detail::fault{0, simdjson::error_message(error)}));
}

}  // namespace eddy::json
