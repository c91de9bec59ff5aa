// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <eddy/http/headers.hpp>

namespace eddy::http {

/// HTTP/2 and 3 have messages of another form.
enum class http_version : unsigned char { v1_0, v1_1 };

/// What stands before the body of a request.
struct request_head {
  std::string method = "GET";
  std::string target = "/";
  http_version version = http_version::v1_1;
  http::headers headers = {};
};

/// What stands before the body of a response.
struct response_head {
  int status = 200;
  std::string reason = {};  ///< empty: the usual words for `status` are sent
  http_version version = http_version::v1_1;
  http::headers headers = {};
};

/// The usual words for a status, `Not Found` for 404; empty for one without any.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

/// Appends the head as it goes over the wire, down to the empty line that ends it.
///
/// Errors: `std::invalid_argument` names a method, target, status or reason that would not be read
/// back as one; `out` is then unchanged.
void append_to(std::string& out, const request_head& head);
void append_to(std::string& out, const response_head& head);

}  // namespace eddy::http
