// SPDX-License-Identifier: MIT
//
// Most URLs that a program hands around are written as the standard would write them.
#include <array>

#include "ascii.hpp"
#include "percent_encoding.hpp"
#include "url_parser.hpp"
#include "url_scheme.hpp"

namespace eddy::detail {

namespace {

// A separator, or an upper-case letter that would become a lower-case one, is in none of these.
constexpr auto plain_in_host = [] {
  std::array<bool, 256> plain{};
  for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyz0123456789-._")) {
    plain[static_cast<unsigned char>(c)] = true;
  }
  return plain;
}();

constexpr auto plain_in_path = [] {
  std::array<bool, 256> plain{};
  for (std::size_t byte = 0; byte < plain.size(); ++byte) {
    const char c = static_cast<char>(byte);
    plain[byte] = !path_set.contains(c) && c != '\\';
  }
  return plain;
}();

/// Takes a number without leading zeros, no larger than `most`, from the front; -1: there is none.
constexpr int take_number(std::string_view& text, int most) noexcept {
  int number = 0;
  std::size_t length = 0;
  for (; length < text.size() && is_digit(text[length]) && number <= most; ++length) {
    if (length > 0 && number == 0) return -1;
    number = number * 10 + (text[length] - '0');
  }
  text.remove_prefix(length);
  return length > 0 && number <= most ? number : -1;
}

constexpr bool is_ipv4(std::string_view text) noexcept {
  for (int i = 0; i < 4; ++i) {
    if (i > 0) {
      if (!text.starts_with('.')) return false;
      text.remove_prefix(1);
    }
    if (take_number(text, 255) < 0) return false;
  }
  return text.empty();
}

/// Whether a host of plain bytes is not one that would be read as a number, and written otherwise.
constexpr bool stays(std::string_view host) noexcept {
  if (host.empty() || host.ends_with('.')) return false;
  const std::string_view last = host.substr(host.rfind('.') + 1);
  return !is_digit(last.front()) || is_ipv4(host);
}

}  // namespace

std::optional<url> url_parser::as_it_stands(std::string_view text) {
  const std::size_t scheme_end = text.starts_with("http://")    ? 4
                                 : text.starts_with("https://") ? 5
                                                                : 0;
  if (scheme_end == 0) return std::nullopt;
  const auto count = [&](std::size_t from, const auto& plain) {
    std::size_t to = from;
    while (to < text.size() && plain(text[to])) ++to;
    return to;
  };
  const std::size_t host_begin = scheme_end + 3;
  const std::size_t host_end =
      count(host_begin, [](char c) { return plain_in_host[static_cast<unsigned char>(c)]; });
  if (!stays(text.substr(host_begin, host_end - host_begin))) return std::nullopt;

  std::optional<std::uint16_t> port;
  std::string_view rest = text.substr(host_end);
  if (rest.starts_with(':')) {
    rest.remove_prefix(1);
    const int number = take_number(rest, 65535);
    if (number < 0 || number == default_port(text.substr(0, scheme_end))) return std::nullopt;
    port = static_cast<std::uint16_t>(number);
  }
  if (!rest.starts_with('/')) return std::nullopt;
  const std::size_t path_begin = text.size() - rest.size();
  const std::size_t path_end =
      count(path_begin, [](char c) { return plain_in_path[static_cast<unsigned char>(c)]; });
  // Segments of dots, which may be percent-encoded, are resolved.
  const std::string_view path = text.substr(path_begin, path_end - path_begin);
  if (path.contains("/.") || path.contains("/%")) return std::nullopt;

  std::size_t query_end = path_end;
  if (path_end < text.size() && text[path_end] == '?') {
    query_end = count(path_end + 1, [](char c) { return !special_query_set.contains(c); });
  }
  if (query_end < text.size()) return std::nullopt;

  url result;
  result.href_ = text;
  result.port_ = port;
  result.at_ = {.scheme_end = scheme_end,
                .username_end = host_begin,
                .host_begin = host_begin,
                .host_end = host_end,
                .path_begin = path_begin,
                .path_end = path_end,
                .query_end = query_end};
  return result;
}

}  // namespace eddy::detail
