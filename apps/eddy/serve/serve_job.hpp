// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace eddy::app {

/// What `eddy serve` was asked for, as the user wrote it.
struct serve_job {
  std::string directory;  ///< of this, `demo` and `mock` one is given
  bool demo = false;
  std::string mock;   ///< a file of routes
  std::string fault;  ///< `503:5%,reset:1%,slow:2s:3%`
  std::string host = "127.0.0.1";
  std::uint16_t port = 8000;  ///< 0: any
  std::string tls_cert;
  std::string tls_key;
  bool quiet = false;  ///< no access log
};

}  // namespace eddy::app
