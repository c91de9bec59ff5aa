// SPDX-License-Identifier: MIT
#include <http/client/credentials.hpp>

#include <algorithm>

#include <eddy/codec/percent.hpp>
#include <http/message/base64.hpp>

namespace eddy::http::detail {

std::string basic_credentials(const url& from) {
  if (from.username().empty() && from.password().empty()) return {};
  // As browsers do, a user name with a colon in it as well: a server's Location may have one.
  return "Basic " + base64(percent_decode(from.username()) + ":" + percent_decode(from.password()));
}

url without_credentials(const url& from) {
  if (basic_credentials(from).empty()) return from;
  std::string text(from.href());
  const auto begin = text.find("//") + 2;
  text.erase(begin, text.find('@', begin) + 1 - begin);
  return url::parse(text).value();
}

std::string shown_url(std::string_view text) {
  const auto colon = std::min(text.find(':'), text.size());
  const auto begin = std::min(text.find_first_not_of(":/\\", colon), text.size());
  const auto end = std::min(text.find_first_of("/\\?#", begin), text.size());
  const auto at = text.substr(0, end).rfind('@');
  std::string shown(text);
  if (at != text.npos && at > begin) shown.replace(begin, at - begin, "…");
  return shown;
}

}  // namespace eddy::http::detail
