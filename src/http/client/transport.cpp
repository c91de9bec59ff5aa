// SPDX-License-Identifier: MIT
#include <http/client/transport.hpp>

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/http/client_error.hpp>
#include <eddy/io/resolve.hpp>
#include <eddy/io/tcp.hpp>
#include <http/client/client_exchange.hpp>

namespace eddy::http::detail {

transport::transport(const client_options& options)
    : options_(options),
      dialer_(options.resolve, options.proxy, options.tls),
      pool_(std::make_shared<connection_pool>(options.max_connections, options.max_per_host,
                                              options.keep_alive)) {}

task<response> transport::send(outgoing_request& request, const exchange_limits& limits,
                               std::size_t max_body) {
  const auto allowed = limits.now(exchange_limits::which::total);
  auto lease = co_await wait_for_optional(pool_->acquire(request.url.origin()), allowed.span);
  if (!lease) limits.throw_expired(allowed.limit, request.label());
  client_exchange::manner how{.may_be_stale = lease->connected() && request.repeatable(),
                              .asks_first = request.asks_first()};
  if (!lease->connected()) lease->connect(co_await connect(request, limits));

  auto made = std::make_unique<client_exchange>(
      std::move(*lease),
      client_exchange::description{.label = request.label(),
                                   .method = request.method,
                                   .limits = limits,
                                   .parsing = {.max_header_bytes = options_.max_header_bytes,
                                               .max_fields = options_.max_fields},
                                   .max_body = max_body});
  const std::string head =
      request.head(options_.user_agent, dialer_.forwarder(request.url), how.asks_first);
  const auto sent = co_await made->run(head, request.body, how);
  if (sent == client_exchange::sent::closed_unanswered) {
    how.may_be_stale = false;
    made->reconnect(co_await connect(request, limits));
    (void)co_await made->run(head, request.body, how);
  }
  response_head answered = std::move(made->head());
  co_return response(std::string(request.url.href()), std::move(answered), std::move(made));
}

task<std::unique_ptr<wire>> transport::connect(const outgoing_request& request,
                                               const exchange_limits& limits) {
  const auto allowed = limits.now(exchange_limits::which::connect);
  const std::string label = request.label();
  auto stream = co_await wait_for_optional(dialer_.dial(request.url, label), allowed.span);
  if (!stream) limits.throw_expired(allowed.limit, label);
  co_return std::move(*stream);
}

}  // namespace eddy::http::detail
