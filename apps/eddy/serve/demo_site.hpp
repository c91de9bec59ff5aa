// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <eddy/http/server.hpp>

#include "demo/shop.hpp"

namespace eddy::app {

/// The shop, and beside it what clients are tried on: `/api/products` and `/api/echo` (JSON),
/// `/sse/ticks`, `/ws/echo`, `/slow`, `/redirect-loop`, `/gzip-bomb`, and `/stats`: what clients
/// did.
class demo_site {
 public:
  /// Lifetime: the site must outlive the server.
  void install(http::server& server);

 private:
  [[nodiscard]] http::server_reply list_products(const http::server_request& request) const;
  [[nodiscard]] http::server_reply show_product(const http::server_request& request) const;
  [[nodiscard]] http::server_reply stats() const;
  [[nodiscard]] http::server_reply bomb() const;

  demo_shop shop_{shop_options{.fault_percent = 0}};
  std::string bomb_;  // gzip of zeros
};

}  // namespace eddy::app
