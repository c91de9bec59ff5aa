// SPDX-License-Identifier: MIT
#include <http/server/reply_stream.hpp>

#include <stdexcept>

#include <fmt/core.h>

#include <eddy/core/race.hpp>

namespace eddy::http::detail {

task<bool> reply_stream::send(body_stream pieces) {
  while (const auto piece = co_await next(pieces)) {
    if (!co_await send_piece(*piece)) co_return false;
    sent_ += piece->size();
  }
  co_return !failure_ && co_await end();
}

// Nothing: it is over, or has failed.
task<std::optional<std::string_view>> reply_stream::next(body_stream& pieces) {
  try {
    const auto piece =
        stopping_ == nullptr ? co_await make(pieces) : co_await make_until_stopped(pieces);
    check_size(piece);
    co_return piece;
  } catch (...) {
    failure_ = std::current_exception();
  }
  co_return std::nullopt;
}

// An empty piece is none: as a chunk it would be the last.
task<std::optional<std::string_view>> reply_stream::make(body_stream& pieces) {
  while (const auto* piece = co_await pieces.next()) {
    if (!piece->empty()) co_return *piece;
  }
  co_return std::nullopt;
}

task<std::optional<std::string_view>> reply_stream::make_until_stopped(body_stream& pieces) {
  auto first = co_await race(make(pieces), stopping_->wait());
  if (first.index() == 0) co_return std::get<0>(first);
  co_return std::nullopt;
}

void reply_stream::check_size(std::optional<std::string_view> piece) const {
  if (!size_) return;
  if (!piece && sent_ < *size_) {
    throw std::length_error(
        fmt::format("the body ended after {} of the {} bytes that were said of it", sent_, *size_));
  }
  if (piece && piece->size() > *size_ - sent_) {
    throw std::length_error(
        fmt::format("the body is longer than the {} bytes that were said of it", *size_));
  }
}

task<bool> reply_stream::send_piece(std::string_view piece) {
  if (framing_ != reply_framing::chunked) co_return co_await output_.write(piece);
  append_chunk_line(output_.pending(), piece.size());
  if (piece.size() > client_output::small) {
    if (!co_await output_.write(piece)) co_return false;
    output_.pending() += "\r\n";
    co_return true;  // it goes out with the next chunk: the client has what it says
  }
  output_.pending().append(piece).append("\r\n");
  co_return co_await output_.flush();
}

task<bool> reply_stream::end() {
  if (framing_ == reply_framing::chunked) output_.pending() += "0\r\n\r\n";
  co_return co_await output_.flush();
}

}  // namespace eddy::http::detail
