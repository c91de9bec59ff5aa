// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include <eddy/codec/url.hpp>
#include <eddy/core/task.hpp>
#include <eddy/core/time.hpp>
#include <eddy/http/body.hpp>
#include <eddy/http/headers.hpp>
#include <eddy/http/response.hpp>

namespace eddy::http {

/// What one request does differently from its client.
struct request_options {
  http::headers headers = {};
  http::body body = {};
  /// What an Authorization field says: see `basic_auth` and `bearer_auth`. Empty: the user and the
  /// password in the URL, if it has any.
  std::string authorization = {};
  std::optional<duration> timeout = {};  ///< in the place of `client_options::total_timeout`
  std::optional<int> max_redirects = {};
  /// Of the answer's body, decoded, in whatever form it is read: a stream has no other limit.
  std::optional<std::size_t> max_body = {};
  std::optional<int> retries = {};  ///< in the place of `retry_options::most`
  /// Whether the server may see it twice: unset, as its method says. True for a POST with a key by
  /// which the server knows it again.
  std::optional<bool> idempotent = {};
  /// Send an idempotent request once more, unseen, when a kept connection proves dead. False: that
  /// is not done, nor anything tried again, for callers that count or pace their requests.
  bool repeat_if_lost = true;
};

/// A request on its way through a client's middleware.
struct client_request {
  std::string method = "GET";
  eddy::url url;
  request_options options = {};
};

/// Sends a request, with redirects and retries, and waits for the head of the answer. One whose
/// body is repeatable may be sent again.
using client_handler = std::function<task<response>(client_request&)>;

/// Stands before the requests of a client: may change the request, answer itself, call `next`
/// (once, several times or not at all), and look at what that answers.
///
/// Example: `client.use([](client_request& r, const client_handler& next) -> task<response> { … })`
using client_middleware =
    std::function<task<response>(client_request&, const client_handler& next)>;

/// `Basic …`, for `request_options::authorization`. The name must not hold a colon.
///
/// Errors: throws `std::invalid_argument` if it does.
[[nodiscard]] std::string basic_auth(std::string_view user, std::string_view password);

/// `Bearer …`, for `request_options::authorization`.
[[nodiscard]] std::string bearer_auth(std::string_view token);

}  // namespace eddy::http
