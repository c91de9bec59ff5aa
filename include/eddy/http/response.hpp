// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <eddy/http/head.hpp>
#include <eddy/http/incoming_body.hpp>

namespace eddy::http {

/// A server's answer; its body is read when asked for, and decoded.
///
/// Dropping it frees its place among the client's connections. The connection serves further
/// requests if the body was read to its end, or what is left of it has arrived already; otherwise
/// it is closed.
class response : public incoming_body {
 public:
  response(std::string url, response_head head, std::unique_ptr<detail::body_source> body)
      : incoming_body(std::move(body), head.headers.get("Content-Type").value_or("")),
        start_(std::make_unique<const start>(std::move(url), std::move(head))) {}

  [[nodiscard]] int status() const noexcept { return start_->head.status; }
  [[nodiscard]] bool ok() const noexcept { return status() / 100 == 2; }
  /// Does nothing for a status below 400.
  ///
  /// Errors: throws `status_error`: `http://a.test/x: 404 Not Found`.
  void raise_for_status() const;
  [[nodiscard]] const http::headers& headers() const noexcept { return start_->head.headers; }
  /// That answered, after redirects.
  [[nodiscard]] const std::string& url() const noexcept { return start_->url; }

 private:
  // In a place of its own: a response is moved up a stack of coroutines.
  struct start {
    std::string url;
    response_head head;
  };
  std::unique_ptr<const start> start_;
};

}  // namespace eddy::http
