// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <eddy/core/time.hpp>

namespace eddy::http {

struct server_request;

/// What became of a request, for a log or for metrics.
///
/// Lifetime: that of the call which gets it.
struct access_record {
  const server_request& request;
  int status = 0;          ///< 0: it was not answered: the client has left, or the server stops
  std::uint64_t sent = 0;  ///< of the body, in bytes
  duration took = {};      ///< from the end of its head to the end of the answer
  bool complete = false;   ///< the whole answer has gone out
};

}  // namespace eddy::http
