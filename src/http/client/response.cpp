// SPDX-License-Identifier: MIT
#include <eddy/http/response.hpp>

#include <fmt/format.h>

#include <eddy/http/client_error.hpp>

namespace eddy::http {

void response::raise_for_status() const {
  if (status() < 400) return;
  const auto reason = head_.reason.empty() ? reason_phrase(status()) : head_.reason;
  throw status_error(status(), fmt::format("{}: {} {}", url_, status(), reason));
}

}  // namespace eddy::http
