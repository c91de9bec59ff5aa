// SPDX-License-Identifier: MIT
#include <eddy/http/client.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/io/resolve.hpp>
#include <eddy/io/tcp.hpp>
#include <http/client_exchange.hpp>
#include <http/connection_pool.hpp>
#include <http/exchange_limits.hpp>
#include <http/outgoing_request.hpp>

namespace eddy::http {
namespace {

using detail::exchange_limits;
using detail::outgoing_request;

task<tcp::socket> connect(const url& target, const std::vector<host_override>& overrides) {
  const auto found = std::ranges::find(overrides, target.host(), &host_override::host);
  if (found != overrides.end()) return tcp::connect(found->address);
  std::string host(target.host());
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  return tcp::connect(std::move(host), target.port_or_default().value_or(0));
}

task<tcp::socket> connect(const outgoing_request& request, const exchange_limits& limits,
                          const std::vector<host_override>& overrides) {
  const auto allowed = limits.now(exchange_limits::which::connect);
  try {
    auto socket = co_await wait_for_optional(connect(request.url, overrides), allowed.span);
    if (socket) co_return std::move(*socket);
  } catch (const resolve_error& error) {
    throw client_error(client_fault::resolve, fmt::format("{}: {}", request.label(), error.what()));
  } catch (const io_error& error) {
    throw client_error(client_fault::connect, fmt::format("{}: {}", request.label(), error.what()));
  }
  limits.throw_expired(allowed.limit, request.label());
}

}  // namespace

client::client(client_options options)
    : options_(std::move(options)),
      pool_(std::make_shared<detail::connection_pool>(options_.max_connections,
                                                      options_.max_per_host, options_.keep_alive)) {
  if (options_.max_connections == 0 || options_.max_per_host == 0) {
    throw std::invalid_argument("http::client: with no connections allowed it would wait for ever");
  }
}

task<response> client::get(std::string url, request_options options) {
  return request("GET", std::move(url), std::move(options));
}

task<response> client::request(std::string method, std::string url, request_options options) {
  const exchange_limits limits(options_.connect_timeout, options_.idle_read_timeout,
                               options.timeout.value_or(options_.total_timeout));
  const int max_redirects = options.max_redirects.value_or(options_.max_redirects);
  eddy::url target = detail::parse_http_url(url, nullptr, fmt::format("{} {}", method, url));
  outgoing_request next{.method = std::move(method),
                        .url = std::move(target),
                        .headers = std::move(options.headers),
                        .body = std::move(options.body),
                        .repeat_if_lost = options.repeat_if_lost};

  for (int followed = 0;; ++followed) {
    response answer = co_await exchange(next, limits, options.max_body.value_or(options_.max_body));
    const auto location = answer.headers().get("Location");
    if (max_redirects == 0 || !location || !detail::is_redirect(answer.status())) co_return answer;
    if (followed == max_redirects) {
      throw client_error(client_fault::too_many_redirects,
                         fmt::format("{}: still redirected after {} redirects, to {}", next.label(),
                                     followed, *location));
    }
    const std::string context = fmt::format("{}: redirected to {}", next.label(), *location);
    next.redirect(answer.status(), detail::parse_http_url(*location, &next.url, context));
  }
}

task<response> client::exchange(const outgoing_request& request, const exchange_limits& limits,
                                std::size_t max_body) {
  const auto allowed = limits.now(exchange_limits::which::total);
  auto lease = co_await wait_for_optional(pool_->acquire(request.authority()), allowed.span);
  if (!lease) limits.throw_expired(allowed.limit, request.label());
  const bool may_be_stale = lease->connected() && request.repeatable();
  if (!lease->connected()) lease->connect(co_await connect(request, limits, options_.resolve));

  auto made = std::make_unique<detail::client_exchange>(
      std::move(*lease), detail::client_exchange::description{
                             .label = request.label(),
                             .method = request.method,
                             .limits = limits,
                             .parsing = {.max_header_bytes = options_.max_header_bytes,
                                         .max_fields = options_.max_fields},
                             .max_body = max_body});
  const std::string head = request.head(options_.user_agent);
  const auto sent = co_await made->run(head, request.body, may_be_stale);
  if (sent == detail::client_exchange::sent::closed_unanswered) {
    made->reconnect(co_await connect(request, limits, options_.resolve));
    (void)co_await made->run(head, request.body, false);
  }
  co_return response(std::string(request.url.href()), std::move(made));
}

task<> client::close(exit_status) {
  pool_->close_idle();
  co_return;
}

std::size_t client::idle() const noexcept { return pool_->idle(); }

std::size_t client::in_use() const noexcept { return pool_->in_use(); }

}  // namespace eddy::http
