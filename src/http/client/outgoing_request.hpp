// SPDX-License-Identifier: MIT
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include <eddy/codec/url.hpp>
#include <eddy/http/body.hpp>
#include <eddy/http/client_error.hpp>
#include <eddy/http/headers.hpp>
#include <http/client/proxy.hpp>

namespace eddy::http::detail {

class exchange_watch;

/// The fields that a client adds to each of its requests.
struct default_fields {
  explicit default_fields(http::headers all);
  http::headers fields;
  std::string text;  // of all of them, as most requests have none of their own
};

/// A request as a client sends it: to begin with, and after each redirect.
struct outgoing_request {
  std::string method;
  eddy::url url;
  http::headers headers;
  http::body body;
  bool body_spent = false;  // it was sent, or some of it
  bool repeat_if_lost = true;
  exchange_watch* watch = nullptr;  // of the exchange that goes on, if somebody wants to know
  int exchanges = 0;                // that were watched
  std::string own_cookies = {};     // the caller's, beside which go those of a jar

  /// For messages: `GET http://a.test/`.
  [[nodiscard]] std::string label() const;

  /// Whether it may be sent twice: without doing more than once, and with the caller's consent.
  [[nodiscard]] bool repeatable() const noexcept;

  /// Whether the server is asked before the body is sent, since that takes long or works but once.
  [[nodiscard]] bool asks_first() const;

  /// What goes over the wire before the body, to the server or to a proxy that forwards it. The
  /// fields in `defaults` are for those that the request does not have.
  ///
  /// Errors: `std::invalid_argument` for a method that is not a token.
  [[nodiscard]] std::string head(const default_fields& defaults, const proxy* forwarder,
                                 bool asks_first) const;

  /// Becomes the request that follows from a redirect with this status.
  void redirect(int status, eddy::url target);
};

/// Why a client does not go where it was sent.
struct bad_target {
  client_fault fault;
  std::string why;
};

/// Host and port, as a Host field has them. Lifetime: the URL's.
[[nodiscard]] std::string_view authority_of(const url& target) noexcept;

/// Reads what a caller, or a Location field relative to `base`, gave as URL.
[[nodiscard]] std::expected<url, bad_target> parse_http_url(std::string_view text, const url* base);

/// Whether a request with this method may be carried out twice.
[[nodiscard]] bool is_idempotent(std::string_view method) noexcept;

/// Whether the status says that the answer is to be found at the Location.
[[nodiscard]] bool is_redirect(int status) noexcept;

}  // namespace eddy::http::detail
