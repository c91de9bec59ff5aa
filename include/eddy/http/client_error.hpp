// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>

namespace eddy::http {

/// What kept a client from getting a complete answer.
enum class client_fault : unsigned char {
  bad_url,
  unsupported_scheme,  ///< neither `http` nor `https`
  resolve,
  connect,
  proxy,              ///< a proxy would not connect us
  tls,                ///< the server did not show that it is who it should be, or TLS was broken
  bad_body,           ///< the request's: shorter or longer than it was said to be
  connection_closed,  ///< by the server, before the answer was complete
  protocol,           ///< the answer is not HTTP, or in a coding that was not asked for
  body_too_large,
  too_many_redirects,
  insecure_redirect,  ///< from https to http
  status,             ///< the answer says that the request failed: see `status_error`
};

/// A request failed, other than by a time limit, which is a `timeout_error`.
///
/// `what()` names the request and the reason: `GET http://a.test/: connect 10.0.0.7:80: Connection
/// refused`.
class client_error : public std::runtime_error {
 public:
  client_error(client_fault fault, const std::string& message)
      : std::runtime_error(message), fault_(fault) {}

  [[nodiscard]] client_fault fault() const noexcept { return fault_; }

 private:
  client_fault fault_;
};

/// `response::raise_for_status` met a status of 400 or more.
class status_error : public client_error {
 public:
  status_error(int status, const std::string& message)
      : client_error(client_fault::status, message), status_(status) {}

  [[nodiscard]] int status() const noexcept { return status_; }

 private:
  int status_;
};

}  // namespace eddy::http
