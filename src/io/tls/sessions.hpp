// SPDX-License-Identifier: MIT
#pragma once

#include <list>
#include <mutex>
#include <string>
#include <string_view>

#include "openssl.hpp"

namespace eddy::detail {

/// What servers have given a client to make the next handshake with them shorter.
///
/// Thread safety: any thread.
class tls_sessions {
 public:
  void put(std::string_view host, ssl_session_ptr session);
  /// The newest for `host`, or null. Those of TLS 1.3 are for one use: reuse would let an
  /// onlooker link connections.
  [[nodiscard]] ssl_session_ptr take(std::string_view host);

 private:
  static constexpr std::size_t most = 256;
  static constexpr std::size_t most_of_a_host = 8;

  struct entry {
    std::string host;
    ssl_session_ptr session;
  };
  std::mutex mutex_;
  std::list<entry> entries_;  // newest first
};

}  // namespace eddy::detail
