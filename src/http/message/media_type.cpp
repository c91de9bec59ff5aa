// SPDX-License-Identifier: MIT
#include <http/message/media_type.hpp>

#include <http/message/text.hpp>

namespace eddy::http::detail {
namespace {

/// Takes what stands before the next `;` that is not inside quotes, and the `;`.
std::string_view take_parameter(std::string_view& value) {
  bool in_quotes = false;
  std::size_t end = 0;
  for (; end < value.size(); ++end) {
    if (value[end] == ';' && !in_quotes) break;
    if (value[end] == '"') in_quotes = !in_quotes;
    if (value[end] == '\\' && in_quotes) ++end;
  }
  const auto parameter = value.substr(0, end);
  value.remove_prefix(end < value.size() ? end + 1 : value.size());
  return parameter;
}

std::string unquoted(std::string_view text) {
  if (!text.starts_with('"')) return std::string(text);
  std::string plain;
  for (std::size_t i = 1; i < text.size() && text[i] != '"'; ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    plain += text[i];
  }
  return plain;
}

}  // namespace

std::string parameter_of(std::string_view value, std::string_view name) {
  if (!value.contains(';')) return {};
  (void)take_parameter(value);  // the media type itself
  while (!value.empty()) {
    const auto parameter = take_parameter(value);
    const auto equals = parameter.find('=');
    if (equals != parameter.npos && equal_ignoring_case(trim(parameter.substr(0, equals)), name)) {
      return unquoted(trim(parameter.substr(equals + 1)));
    }
  }
  return {};
}

}  // namespace eddy::http::detail
