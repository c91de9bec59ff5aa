// SPDX-License-Identifier: MIT
#include <eddy/http/response.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>

#include <http/client_exchange.hpp>

namespace eddy::http {

response::response(std::string url, std::unique_ptr<detail::client_exchange> exchange) noexcept
    : url_(std::move(url)), exchange_(std::move(exchange)) {}
response::response(response&&) noexcept = default;
response& response::operator=(response&&) noexcept = default;
response::~response() = default;

task<std::string> response::text() {
  // Not all at once for a length that was only promised.
  constexpr std::uint64_t most_reserved = std::uint64_t{1024} * 1024;
  std::string body;
  body.reserve(std::min(exchange_->body_size().value_or(0), most_reserved));
  while (const auto piece = co_await next()) body += *piece;
  co_return body;
}

task<std::optional<std::string_view>> response::next() { return exchange_->next(); }

const response_head& response::head() const noexcept { return exchange_->head(); }

}  // namespace eddy::http
