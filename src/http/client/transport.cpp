// SPDX-License-Identifier: MIT
#include <http/client/transport.hpp>

#include <string>
#include <string_view>
#include <utility>

#include <eddy/core/wait_for.hpp>
#include <eddy/http/client_error.hpp>
#include <http/client/client_exchange.hpp>
#include <http/client/exchange_watch.hpp>

namespace eddy::http::detail {

namespace {

// Scheme, host and port, in front of the path: what connections have in common.
std::string_view origin_of(const url& target) noexcept {
  const std::string_view href = target.href();
  return href.substr(0, href.find_first_of("/?#", target.scheme().size() + 3));
}

}  // namespace

transport::transport(const client_options& options)
    : options_(options),
      defaults_{{"User-Agent", options.user_agent},
                {"Accept", "*/*"},
                {"Accept-Encoding", "gzip, deflate, br, zstd"}},
      dialer_(options.resolve, options.proxy, options.tls),
      pool_(std::make_shared<connection_pool>(options.max_connections, options.max_per_host,
                                              options.keep_alive)) {}

task<response> transport::send(outgoing_request& request, const exchange_limits& limits,
                               std::size_t max_body) {
  if (request.body_spent && !request.body.repeatable()) {
    throw client_error(client_fault::bad_body,
                       request.label() +
                           ": the body would have to be sent again, but it is a stream "
                           "that works once: give body::stream a function");
  }
  auto lease = pool_->try_acquire(origin_of(request.url));
  if (!lease) lease.emplace(co_await wait_for_place(request, limits));
  if (request.watch != nullptr) request.watch->queued(lease->connected());
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
  const proxy* forwarder = dialer_.forwarder(request.url);
  const auto sent =
      co_await made->run(request.head(defaults_, forwarder, how.asks_first), request.body, how);
  if (sent == client_exchange::sent::closed_unanswered) {
    how.may_be_stale = false;
    made->reconnect(co_await connect(request, limits));
    (void)co_await made->run(request.head(defaults_, forwarder, how.asks_first), request.body, how);
  }
  request.body_spent = made->body_opened();
  response_head answered = std::move(made->head());
  co_return response(std::string(request.url.href()), std::move(answered), std::move(made));
}

task<connection_pool::lease> transport::wait_for_place(const outgoing_request& request,
                                                       const exchange_limits& limits) {
  const auto allowed = limits.now(exchange_limits::which::total);
  auto lease =
      co_await wait_for_optional(pool_->acquire(std::string(origin_of(request.url))), allowed.span);
  if (!lease) limits.throw_expired(allowed.limit, request.label());
  co_return std::move(*lease);
}

task<std::unique_ptr<wire>> transport::connect(const outgoing_request& request,
                                               const exchange_limits& limits) {
  const auto allowed = limits.now(exchange_limits::which::connect);
  const std::string label = request.label();
  auto stream = co_await wait_for_optional(dialer_.dial(request.url, label), allowed.span);
  if (!stream) limits.throw_expired(allowed.limit, label);
  if (request.watch != nullptr) request.watch->connected();
  co_return std::move(*stream);
}

}  // namespace eddy::http::detail
