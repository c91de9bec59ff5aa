// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <eddy/core/task.hpp>
#include <eddy/http/head.hpp>

namespace eddy::http {

namespace detail {
class client_exchange;
}

/// A server's answer; its body is read when asked for, and decoded.
///
/// Dropping it frees its place among the client's connections. The connection serves further
/// requests if the body was read to its end, or what is left of it has arrived already; otherwise
/// it is closed.
class response {
 public:
  response(std::string url, std::unique_ptr<detail::client_exchange> exchange) noexcept;
  response(response&&) noexcept;
  response& operator=(response&&) noexcept;
  ~response();

  [[nodiscard]] int status() const noexcept { return head().status; }
  [[nodiscard]] bool ok() const noexcept { return status() / 100 == 2; }
  [[nodiscard]] const http::headers& headers() const noexcept { return head().headers; }
  /// That answered, after redirects.
  [[nodiscard]] const std::string& url() const noexcept { return url_; }

  /// What is left of the body, whatever its charset.
  ///
  /// Errors: throws `client_error`: `connection_closed` where it was cut off, `body_too_large`
  /// beyond `max_body`, `protocol` where its framing or coding is broken; `timeout_error`.
  /// Cancellation: what was read is lost.
  [[nodiscard]] task<std::string> text();

  /// The next piece of the body, never empty; nothing at its end.
  ///
  /// Errors: as `text`.
  /// Cancellation: safe; nothing is lost.
  /// Lifetime: the piece is valid until the next call.
  [[nodiscard]] task<std::optional<std::string_view>> next();

 private:
  [[nodiscard]] const response_head& head() const noexcept;

  std::string url_;
  std::unique_ptr<detail::client_exchange> exchange_;
};

}  // namespace eddy::http
