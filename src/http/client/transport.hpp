// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>

#include <eddy/core/task.hpp>
#include <eddy/http/client.hpp>
#include <http/client/connection_pool.hpp>
#include <http/client/dialer.hpp>
#include <http/client/exchange_limits.hpp>
#include <http/client/outgoing_request.hpp>

namespace eddy::http::detail {

/// Sends single requests, each over a connection of the pool, and says how that went: what to do
/// about an answer, or a failure, is the client's. A connection that carries several requests at
/// once, as HTTP/2's, would take its place behind this interface.
class transport {
 public:
  explicit transport(const client_options& options);

  /// Waits for the head of the answer.
  ///
  /// Errors: as `client::request`. Lifetime: `request` lives until it has ended.
  [[nodiscard]] task<response> send(outgoing_request& request, const exchange_limits& limits,
                                    std::size_t max_body);

  [[nodiscard]] connection_pool& pool() const noexcept { return *pool_; }

 private:
  [[nodiscard]] task<connection_pool::lease> wait_for_place(const outgoing_request& request,
                                                            const exchange_limits& limits);
  [[nodiscard]] task<std::unique_ptr<wire>> connect(const outgoing_request& request,
                                                    const exchange_limits& limits);

  client_options options_;
  headers defaults_;  // fields of all requests
  dialer dialer_;
  std::shared_ptr<connection_pool> pool_;
};

}  // namespace eddy::http::detail
