// SPDX-License-Identifier: MIT
#include <eddy/http/incoming_body.hpp>

#include <algorithm>
#include <utility>

#include <eddy/codec/json.hpp>

namespace eddy::http {

incoming_body::incoming_body(std::unique_ptr<detail::body_source> source) noexcept
    : source_(std::move(source)) {}

task<std::string> incoming_body::text() {
  // Not all at once for a length that was only promised.
  constexpr std::uint64_t most_reserved = std::uint64_t{1024} * 1024;
  std::string body;
  if (source_) body.reserve(std::min(source_->size().value_or(0), most_reserved));
  while (const auto piece = co_await next()) body += *piece;
  co_return body;
}

task<json::value> incoming_body::json() { co_return json::parse(co_await text()); }

task<std::optional<std::string_view>> incoming_body::next() {
  if (source_) co_return co_await source_->next();
  co_return std::nullopt;
}

body_stream incoming_body::stream() {
  while (auto piece = co_await next()) co_yield *piece;
}

}  // namespace eddy::http
