// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <memory>

#include <eddy/http/client_hooks.hpp>
#include <eddy/http/response.hpp>
#include <http/client/outgoing_request.hpp>

namespace eddy::http::detail {

/// Tells a client's hooks of one exchange: how it begins, that it was answered, and, whatever
/// becomes of it, how it ends.
class exchange_watch {
 public:
  /// A response may outlive its client, and the hooks with it.
  exchange_watch(std::shared_ptr<const client_hooks> hooks, outgoing_request& request);
  exchange_watch(const exchange_watch&) = delete;
  exchange_watch& operator=(const exchange_watch&) = delete;
  ~exchange_watch();

  /// There is a place for it; with a connection that was kept, or without one.
  void queued(bool connection_is_kept);
  void connected();
  void failed(std::exception_ptr error) noexcept { record_.error = std::move(error); }
  void received(std::size_t bytes) noexcept { record_.received += bytes; }

  /// The answer that tells `watch` what is read of it, and when that ends.
  static void answered(std::unique_ptr<exchange_watch> watch, response& answer);

 private:
  [[nodiscard]] duration since_began() const;

  std::shared_ptr<const client_hooks> hooks_;
  exchange_record record_;
};

}  // namespace eddy::http::detail
