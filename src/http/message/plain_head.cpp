// SPDX-License-Identifier: MIT
#include <http/message/plain_head.hpp>

#include <algorithm>
#include <string>

#include <http/message/parsed_field.hpp>
#include <http/message/text.hpp>

namespace eddy::http::detail {
namespace {

/// Takes a line, without its CR LF, from the front; none: it does not end so.
std::optional<std::string_view> take_line(std::string_view& input) noexcept {
  const std::size_t end = input.find('\n');
  if (end == std::string_view::npos || end == 0 || input[end - 1] != '\r') return std::nullopt;
  const std::string_view line = input.substr(0, end - 1);
  input.remove_prefix(end + 1);
  return line;
}

std::optional<http_version> version_of(std::string_view text) noexcept {
  if (text == "HTTP/1.1") return http_version::v1_1;
  if (text == "HTTP/1.0") return http_version::v1_0;
  return std::nullopt;
}

bool take_start_line(std::string_view line, request_head& into) {
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const std::size_t method_end = line.find(' ');
  const std::size_t target_end = line.rfind(' ');
  if (method_end == std::string_view::npos || target_end <= method_end + 1) return false;
  const std::string_view method = line.substr(0, method_end);
  const std::string_view target = line.substr(method_end + 1, target_end - method_end - 1);
  const auto version = version_of(line.substr(target_end + 1));
  const bool is_plain = !method.empty() && std::ranges::all_of(method, is_upper) &&
                        std::ranges::all_of(target, is_target_char) && version;
  if (!is_plain) return false;
  into.method = method;
  into.target = target;
  into.version = *version;
  return true;
}

bool take_start_line(std::string_view line, response_head& into) {
  constexpr std::string_view form = "HTTP/1.1 200 ";
  constexpr std::size_t status = 9;
  if (line.size() < form.size() || line[8] != ' ' || line[12] != ' ') return false;
  const auto version = version_of(line.substr(0, 8));
  const std::string_view digits = line.substr(status, 3);
  const std::string_view reason = line.substr(form.size());
  const auto is_printable = [](char c) { return c == ' ' || is_target_char(c); };
  if (!version || !std::ranges::all_of(digits, is_digit)) return false;
  // What comes before the answer, or instead of one, is not for us.
  if (digits[0] < '2' || !std::ranges::all_of(reason, is_printable)) return false;
  into.status = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
  into.reason = reason;
  into.version = *version;
  return true;
}

std::optional<std::uint64_t> read_number(std::string_view text) noexcept {
  constexpr std::size_t surely_fits = 18;
  if (text.empty() || text.size() > surely_fits) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return number;
}

/// Whether the grammar would find nothing in the value that decides about the message.
bool take_special(std::string_view name, std::string_view value, plain_head& found) {
  const auto is = [&](std::string_view known) { return equal_ignoring_case(name, known); };
  switch (name.size()) {
    case std::string_view("Connection").size():
      return !is("Connection") || is_token(value);
    case std::string_view("Content-Length").size():
      if (!is("Content-Length")) return true;
      if (found.content_length) return false;
      found.content_length = read_number(value);
      return found.content_length.has_value();
    case std::string_view("Proxy-Connection").size():
      return !is("Proxy-Connection");
    case std::string_view("Transfer-Encoding").size():
      return !is("Transfer-Encoding");
    default:
      return true;
  }
}

bool take_field(std::string_view line, headers& fields, plain_head& found) {
  std::size_t colon = 0;
  while (colon < line.size() && is_token_char(line[colon])) ++colon;
  if (colon == 0 || colon == line.size() || line[colon] != ':') return false;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim(line.substr(colon + 1));
  if (has_control(value) || !take_special(name, value, found)) return false;
  parsed_field::add_to(fields, name, value);
  return true;
}

template <class Head>
std::optional<plain_head> read(std::string_view input, std::size_t max_fields, Head& into) {
  const std::size_t size = input.size();
  const auto start = take_line(input);
  if (!start || !take_start_line(*start, into)) return std::nullopt;
  plain_head found;
  for (;;) {
    const auto line = take_line(input);
    if (line && line->empty()) break;
    if (!line || found.fields == max_fields || !take_field(*line, into.headers, found)) {
      into.headers.clear();
      return std::nullopt;
    }
    ++found.fields;
  }
  found.size = size - input.size();
  return found;
}

}  // namespace

std::optional<plain_head> read_plain(std::string_view input, std::size_t max_fields,
                                     request_head& into) {
  return read(input, max_fields, into);
}

std::optional<plain_head> read_plain(std::string_view input, std::size_t max_fields,
                                     response_head& into) {
  return read(input, max_fields, into);
}

}  // namespace eddy::http::detail
