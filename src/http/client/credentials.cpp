// SPDX-License-Identifier: MIT
#include <http/client/credentials.hpp>

#include <eddy/codec/percent.hpp>
#include <eddy/http/client_request.hpp>

namespace eddy::http::detail {

std::string basic_credentials(const url& from) {
  if (from.username().empty() && from.password().empty()) return {};
  return basic_auth(percent_decode(from.username()), percent_decode(from.password()));
}

url without_credentials(const url& from) {
  std::string text(from.href());
  const auto begin = text.find("//") + 2;
  text.erase(begin, text.find('@', begin) + 1 - begin);
  return url::parse(text).value();
}

}  // namespace eddy::http::detail
