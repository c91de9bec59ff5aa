// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <eddy/io/endpoint.hpp>

namespace eddy::http {

/// Where a host name leads, whatever DNS, the URL's port and a proxy say.
struct host_override {
  std::string host;
  endpoint address = {};
  std::string unix_path = {};  ///< of a Unix socket, in the place of `address`
};

/// A proxy between us and servers. It forwards requests for `http` URLs; for `https` ones it makes
/// connections (CONNECT), and learns nothing but the name of the server.
struct proxy_options {
  /// `http://proxy.test:3128`, or `http://user:password@proxy.test:3128` for one that asks who we
  /// are. Empty: there is none.
  std::string url = {};
  /// Hosts that are reached without it, with those below them: `shop.test` means `a.shop.test` too.
  std::vector<std::string> except = {};
};

}  // namespace eddy::http
