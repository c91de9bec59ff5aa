// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string>

#include <eddy/core/time.hpp>

namespace eddy::http {

/// One exchange of a client with a server. A request is several of them where it is redirected or
/// tried again.
struct exchange_record {
  std::string method = {};
  std::string url = {};
  int number = 1;  ///< of the request's exchanges
  time_point began = {};
  bool kept_connection = false;  ///< not a new one
  /// Since it began; none: it did not come to that.
  std::optional<duration> queued = {};     ///< until there was a place among the connections
  std::optional<duration> connected = {};  ///< name look-up and TLS included
  std::optional<duration> answered = {};   ///< the head of the answer was there
  int status = 0;                          ///< 0: no answer
  std::uint64_t received = 0;              ///< bytes of its body that were read, decoded
  duration lasted = {};                    ///< until the body was read, or nobody wanted it
  std::exception_ptr error = {};  ///< none also where it was cancelled, or dropped half-way
};

/// Who is told what a client does: for metrics and traces. All are called in the loop; none may
/// throw or wait.
struct client_hooks {
  std::function<void(const exchange_record&)> begins = {};
  std::function<void(const exchange_record&)> answered = {};
  /// Always, in the end.
  std::function<void(const exchange_record&)> ended = {};
};

}  // namespace eddy::http
