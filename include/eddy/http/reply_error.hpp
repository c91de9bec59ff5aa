// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>

namespace eddy::http {

/// Thrown by a handler, or by what it calls: the client gets this status, and `what()` as text.
///
/// Example: `if (!found) throw http::reply_error(404, "no such product");`
class reply_error : public std::runtime_error {
 public:
  reply_error(int status, const std::string& message)
      : std::runtime_error(message), status_(status) {}

  [[nodiscard]] int status() const noexcept { return status_; }

 private:
  int status_;
};

}  // namespace eddy::http
