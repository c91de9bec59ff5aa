// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <eddy/core/task.hpp>
#include <eddy/flow/keyed_rate_limiter.hpp>
#include <eddy/http/client.hpp>
#include <http/client/exchange_limits.hpp>
#include <http/client/outgoing_request.hpp>
#include <http/client/retries.hpp>
#include <http/client/transport.hpp>

namespace eddy::http::detail {

/// What a client does about the answers, and failures, that its transport brings: redirects,
/// retries, and what its owner put before the requests.
class client_core {
 public:
  explicit client_core(client_options options);

  /// As `client::request`. Lifetime: this outlives it.
  [[nodiscard]] task<response> request(std::string method, std::string url,
                                       request_options options);

  void use(client_middleware m) { middleware_.push_back(std::move(m)); }
  [[nodiscard]] connection_pool& pool() const noexcept { return transport_.pool(); }

 private:
  [[nodiscard]] task<response> pass(client_request& request, const exchange_limits& limits,
                                    std::size_t passed);
  [[nodiscard]] task<response> follow(client_request& request, const exchange_limits& limits);
  [[nodiscard]] task<response> send(outgoing_request& next, const exchange_limits& limits,
                                    std::size_t max_body, retries& again);
  [[nodiscard]] task<> wait_for_turn(const outgoing_request& next, const exchange_limits& limits);
  [[nodiscard]] outgoing_request outgoing(client_request& request) const;
  void add_cookies(outgoing_request& next) const;
  void keep_cookies(const outgoing_request& sent, const response& answer) const;
  void redirect(outgoing_request& next, const response& answer, std::string_view location) const;

  client_options options_;
  transport transport_;
  retry_budget budget_;
  std::shared_ptr<const client_hooks> hooks_;  // none: nobody is to be told
  std::optional<keyed_rate_limiter<std::string>> rates_;
  std::vector<client_middleware> middleware_;
};

}  // namespace eddy::http::detail
