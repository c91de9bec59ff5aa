// SPDX-License-Identifier: MIT
#include <http/client/credentials.hpp>

#include <string_view>

#include <eddy/http/client_request.hpp>
#include <http/message/text.hpp>

namespace eddy::http::detail {
namespace {

int hex_value(char c) noexcept { return is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10; }

// A URL spells what may not stand in it with per cent signs.
std::string percent_decoded(std::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    const bool escape =
        text.size() >= 3 && text[0] == '%' && is_hex_digit(text[1]) && is_hex_digit(text[2]);
    decoded += escape ? static_cast<char>(hex_value(text[1]) * 16 + hex_value(text[2])) : text[0];
    text.remove_prefix(escape ? 3 : 1);
  }
  return decoded;
}

}  // namespace

std::string basic_credentials(const url& from) {
  if (from.username().empty() && from.password().empty()) return {};
  return basic_auth(percent_decoded(from.username()), percent_decoded(from.password()));
}

url without_credentials(const url& from) {
  std::string text(from.href());
  const auto begin = text.find("//") + 2;
  text.erase(begin, text.find('@', begin) + 1 - begin);
  return url::parse(text).value();
}

}  // namespace eddy::http::detail
