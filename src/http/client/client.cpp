// SPDX-License-Identifier: MIT
#include <eddy/http/client.hpp>

#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <http/client/exchange_limits.hpp>
#include <http/client/outgoing_request.hpp>
#include <http/client/transport.hpp>

namespace eddy::http {

client::client(client_options options) : options_(std::move(options)) {
  if (options_.max_connections == 0 || options_.max_per_host == 0) {
    throw std::invalid_argument("http::client: with no connections allowed it would wait for ever");
  }
  transport_ = std::make_unique<detail::transport>(options_);
}

client::client(client&&) noexcept = default;
client& client::operator=(client&&) noexcept = default;
client::~client() = default;

task<response> client::get(std::string url, request_options options) {
  return request("GET", std::move(url), std::move(options));
}

task<response> client::head(std::string url, request_options options) {
  return request("HEAD", std::move(url), std::move(options));
}

task<response> client::post(std::string url, request_options options) {
  return request("POST", std::move(url), std::move(options));
}

task<response> client::put(std::string url, request_options options) {
  return request("PUT", std::move(url), std::move(options));
}

task<response> client::patch(std::string url, request_options options) {
  return request("PATCH", std::move(url), std::move(options));
}

task<response> client::del(std::string url, request_options options) {
  return request("DELETE", std::move(url), std::move(options));
}

task<response> client::options(std::string url, request_options options) {
  return request("OPTIONS", std::move(url), std::move(options));
}

task<response> client::request(std::string method, std::string url, request_options options) {
  const detail::exchange_limits limits(options_.connect_timeout, options_.idle_read_timeout,
                                       options.timeout.value_or(options_.total_timeout));
  const int max_redirects = options.max_redirects.value_or(options_.max_redirects);
  const std::size_t max_body = options.max_body.value_or(options_.max_body);
  eddy::url target = detail::parse_http_url(url, nullptr, fmt::format("{} {}", method, url));
  detail::outgoing_request next{.method = std::move(method),
                                .url = std::move(target),
                                .headers = std::move(options.headers),
                                .body = std::move(options.body),
                                .repeat_if_lost = options.repeat_if_lost};
  const std::string& type = next.body.content_type();
  if (!type.empty() && !next.headers.contains("Content-Type")) {
    next.headers.add("Content-Type", type);
  }

  for (int followed = 0;; ++followed) {
    response answer = co_await transport_->send(next, limits, max_body);
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

task<> client::close(exit_status) {
  transport_->pool().close_idle();
  co_return;
}

std::size_t client::idle() const noexcept { return transport_->pool().idle(); }

std::size_t client::in_use() const noexcept { return transport_->pool().in_use(); }

}  // namespace eddy::http
