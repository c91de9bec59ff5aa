// SPDX-License-Identifier: MIT
#include <eddy/http/incoming_body.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

#include <eddy/codec/json.hpp>
#include <http/message/charset.hpp>
#include <http/message/media_type.hpp>

namespace eddy::http {

incoming_body::incoming_body(std::unique_ptr<detail::body_source> source,
                             std::string_view content_type)
    : source_(std::move(source)), charset_(detail::parameter_of(content_type, "charset")) {}

task<std::string> incoming_body::text() {
  std::string body;
  co_await take_all(body);
  co_return detail::to_utf8(std::move(body), charset_);
}

task<std::vector<std::byte>> incoming_body::bytes() {
  std::vector<std::byte> body;
  co_await take_all(body);
  co_return body;
}

task<> incoming_body::take_all(auto& into) {
  const auto take = [&](std::string_view piece) {
    using element = std::remove_cvref_t<decltype(into)>::value_type;
    const auto* first = reinterpret_cast<const element*>(piece.data());
    into.insert(into.end(), first, first + piece.size());
  };
  take(std::exchange(left_, {}));
  if (!source_) co_return;
  if (const auto size = source_->size()) {
    const std::uint64_t left = *size - came_;
    source_->check_held(into.size() + left);
    // Not all at once for a length that was only promised.
    constexpr std::uint64_t most_reserved = std::uint64_t{1024} * 1024;
    into.reserve(into.size() + std::min(left, most_reserved));
  }
  while (const auto piece = co_await source_->next()) {
    came_ += piece->size();
    source_->check_held(into.size() + piece->size());
    take(*piece);
  }
}

task<json::value> incoming_body::json() { co_return json::parse(co_await text()); }

task<std::optional<std::string_view>> incoming_body::next() {
  if (!left_.empty()) co_return std::exchange(left_, {});
  if (!source_) co_return std::nullopt;
  const auto piece = co_await source_->next();
  if (piece) came_ += piece->size();
  co_return piece;
}

task<std::size_t> incoming_body::read_some(std::span<std::byte> into) {
  if (into.empty()) co_return 0;
  const auto piece = co_await next();
  if (!piece) co_return 0;
  const std::size_t count = std::min(piece->size(), into.size());
  std::memcpy(into.data(), piece->data(), count);
  left_ = piece->substr(count);
  co_return count;
}

body_stream incoming_body::stream() {
  while (auto piece = co_await next()) co_yield *piece;
}

}  // namespace eddy::http
