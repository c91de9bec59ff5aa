// SPDX-License-Identifier: MIT
#include <eddy/codec/json.hpp>

#include <iterator>

#include <fmt/format.h>

#include "utf8.hpp"

namespace eddy::json {
namespace {

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
  }
}

constexpr bool must_be_escaped(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

}  // namespace

void append_string(std::string& out, std::string_view utf8) {
  out += '"';
  while (!utf8.empty()) {
    const auto [size, valid] = detail::first_utf8(utf8);
    if (!valid) {
      out += detail::replacement_character;
    } else if (must_be_escaped(utf8.front())) {
      append_escaped(out, utf8.front());
    } else {
      out += utf8.substr(0, size);
    }
    utf8.remove_prefix(size);
  }
  out += '"';
}

void append_object(std::string& out,
                   std::span<const std::pair<std::string_view, std::string_view>> members) {
  out += '{';
  std::string_view separator;
  for (const auto& [name, value] : members) {
    out += separator;
    append_string(out, name);
    out += ':';
    append_string(out, value);
    separator = ",";
  }
  out += '}';
}

}  // namespace eddy::json
