// SPDX-License-Identifier: MIT
#include <eddy/http/response.hpp>

#include <string_view>

#include <fmt/format.h>

#include <eddy/http/client_error.hpp>

namespace eddy::http {

void response::raise_for_status() const {
  if (status() < 400) return;
  const std::string_view said = start_->head.reason;
  throw status_error(status(), fmt::format("{}: {} {}", url(), status(),
                                           said.empty() ? reason_phrase(status()) : said));
}

}  // namespace eddy::http
