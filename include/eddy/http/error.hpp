// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>

namespace eddy::http {

/// Which rule of HTTP, or which limit, a peer's message broke.
enum class protocol_fault : unsigned char {
  bad_start_line,
  bad_version,  ///< neither HTTP/1.0 nor HTTP/1.1
  bad_target,
  bad_field,
  bad_host,
  bad_framing,  ///< where the body ends is missing, contradictory or ambiguous
  bad_chunk,
  bad_encoding,  ///< the content coding is corrupt
  bad_form,      ///< the body is not the form that its Content-Type says
  head_too_large,
  too_many_fields,
  body_too_large,
  truncated,  ///< the peer closed before the message was complete
};

/// A peer sent something that is not HTTP, or more of it than was allowed.
///
/// `what()` names the place and the rule: `request header field 3 (Host): …`.
class protocol_error : public std::runtime_error {
 public:
  protocol_error(protocol_fault fault, const std::string& message)
      : std::runtime_error(message), fault_(fault) {}

  [[nodiscard]] protocol_fault fault() const noexcept { return fault_; }

  /// The status with which a server answers such a request: 400, 413, 431 or 505.
  [[nodiscard]] int status() const noexcept;

 private:
  protocol_fault fault_;
};

}  // namespace eddy::http
