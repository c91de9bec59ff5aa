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
      pool_(std::make_shared<connection_pool>(options.max_connections, options.max_per_host,
                                              options.keep_alive)) {}

task<response> transport::send(outgoing_request& request, const exchange_limits& limits,
                               std::size_t max_body) {
  const auto allowed = limits.now(exchange_limits::which::total);
  auto lease = co_await wait_for_optional(pool_->acquire(request.authority()), allowed.span);
  if (!lease) limits.throw_expired(allowed.limit, request.label());
  const bool may_be_stale = lease->connected() && request.repeatable();
  if (!lease->connected()) lease->connect(co_await connect(request, limits));

  auto made = std::make_unique<client_exchange>(
      std::move(*lease),
      client_exchange::description{.label = request.label(),
                                   .method = request.method,
                                   .limits = limits,
                                   .parsing = {.max_header_bytes = options_.max_header_bytes,
                                               .max_fields = options_.max_fields},
                                   .max_body = max_body});
  const std::string head = request.head(options_.user_agent);
  const auto sent = co_await made->run(head, *request.body.text(), may_be_stale);
  if (sent == client_exchange::sent::closed_unanswered) {
    made->reconnect(co_await connect(request, limits));
    (void)co_await made->run(head, *request.body.text(), false);
  }
  response_head answered = std::move(made->head());
  co_return response(std::string(request.url.href()), std::move(answered), std::move(made));
}

task<tcp::socket> transport::connect(const outgoing_request& request,
                                     const exchange_limits& limits) const {
  const auto allowed = limits.now(exchange_limits::which::connect);
  try {
    auto socket = co_await wait_for_optional(connect_to(request.url), allowed.span);
    if (socket) co_return std::move(*socket);
  } catch (const resolve_error& error) {
    throw client_error(client_fault::resolve, fmt::format("{}: {}", request.label(), error.what()));
  } catch (const io_error& error) {
    throw client_error(client_fault::connect, fmt::format("{}: {}", request.label(), error.what()));
  }
  limits.throw_expired(allowed.limit, request.label());
}

task<tcp::socket> transport::connect_to(const url& target) const {
  const auto found = std::ranges::find(options_.resolve, target.host(), &host_override::host);
  if (found != options_.resolve.end()) return tcp::connect(found->address);
  std::string host(target.host());
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  return tcp::connect(std::move(host), target.port_or_default().value_or(0));
}

}  // namespace eddy::http::detail
