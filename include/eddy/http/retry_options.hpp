// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

#include <eddy/core/time.hpp>

namespace eddy::http {

/// What a client tries again by itself, and when.
///
/// After a 408, 429, 502, 503 or 504, and where the connection was lost before an answer came: GET,
/// HEAD, OPTIONS, TRACE, PUT, DELETE, and whatever else a request calls `idempotent`. Where no
/// connection could be made, which did nothing at the server: every method. Never a body that can
/// be sent only once. A pause that would end past the request's time limit is not begun: what is
/// there, answer or error, is the result.
struct retry_options {
  int most = 2;  ///< of one request, redirects included; 0: none
  /// Before the first; doubled for each further one. Of each pause, chance leaves out any part, so
  /// that clients that failed together do not come back together.
  duration pause = std::chrono::milliseconds(500);
  duration longest_pause = std::chrono::seconds(8);
  /// A Retry-After that asks for more is not waited for, and the answer returned.
  duration longest_asked = std::chrono::seconds(60);
  /// So many retries for each request: a server that fails all of them is not asked three times as
  /// often. Ten may be saved up, and are there at the start.
  double budget = 0.2;
};

}  // namespace eddy::http
