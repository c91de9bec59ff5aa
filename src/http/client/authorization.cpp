// SPDX-License-Identifier: MIT
#include <stdexcept>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include <eddy/http/client_request.hpp>
#include <http/message/base64.hpp>
#include <http/message/text.hpp>

namespace eddy::http {

std::string basic_auth(std::string_view user, std::string_view password) {
  if (user.contains(':')) {
    throw std::invalid_argument(
        fmt::format("basic_auth: the user name {} must not hold a colon", detail::quoted(user)));
  }
  return "Basic " + detail::base64(fmt::format("{}:{}", user, password));
}

std::string bearer_auth(std::string_view token) { return fmt::format("Bearer {}", token); }

}  // namespace eddy::http
