// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <eddy/core/task.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/http/body.hpp>
#include <eddy/http/head.hpp>
#include <eddy/http/incoming_body.hpp>
#include <eddy/io/endpoint.hpp>

namespace eddy::http {

/// A request as a handler gets it. What is not read of its body is thrown away, or ends the
/// connection.
struct server_request : incoming_body {
  using incoming_body::incoming_body;

  request_head head = {};
  std::string path = {};   ///< of the target, percent-encoded as it came; `*` for `OPTIONS *`
  std::string query = {};  ///< without the `?`
  endpoint peer = {};      ///< all zeros over a Unix socket
  bool secure = false;     ///< came over TLS
  /// Set when the server sees its connections off. For handlers that would go on for long.
  event* stopping = nullptr;
  /// What stood for each `{name}` of the route's pattern, and for its `/*` under the name `*`.
  std::vector<std::pair<std::string, std::string>> parameters = {};

  /// Allows the body so many bytes instead of `server_options::max_body`. To be called before it is
  /// read.
  void limit_body(std::uint64_t most) noexcept {
    if (source() != nullptr) source()->limit(most);
  }

  /// The body, which must be JSON.
  ///
  /// Errors: as `text`; throws `reply_error` (400) that says where it is not.
  [[nodiscard]] task<json::value> json();

  /// The fields of a form in the body, as `body::form` and browsers send it; one with files is for
  /// a `multipart_reader`.
  ///
  /// Errors: as `text`; throws `reply_error` (415) for a Content-Type that says no such form.
  [[nodiscard]] task<form_fields> form();

  /// The path parameter of that name, percent-encoded as it came.
  ///
  /// Errors: throws `std::out_of_range` if the route's pattern has no such name.
  [[nodiscard]] std::string_view parameter(std::string_view name) const;
};

namespace detail {

class wire;

/// A connection on which something other than HTTP is spoken from here on.
struct upgraded_connection {
  std::unique_ptr<detail::wire> wire;
  std::string received;       // what the client has sent ahead
  event* stopping = nullptr;  // set when the server sees its connections off
};

}  // namespace detail

/// What a handler answers. Content-Length, Date and Connection are filled in when it is sent, and
/// the Content-Type of a body that knows it.
struct server_reply {
  int status = 200;
  http::headers headers = {};
  http::body body = {};
  bool endless = false;  ///< a body that would go on for ever: ended when the server stops
  bool resets_connection = false;  ///< instead of answering: see `reset`
  /// After a 101: who speaks on the connection from then on, until it ends.
  std::function<task<>(detail::upgraded_connection)> upgrade = {};

  [[nodiscard]] static server_reply text(int status, std::string body);
  [[nodiscard]] static server_reply html(int status, std::string body);
  [[nodiscard]] static server_reply json(int status, const json::value& document);

  /// Errors: throws `std::invalid_argument` for a location with control bytes.
  [[nodiscard]] static server_reply redirect(std::string_view location, int status = 302);

  /// No answer: the client sees `connection reset by peer`. For faults on purpose.
  [[nodiscard]] static server_reply reset();
};

}  // namespace eddy::http
