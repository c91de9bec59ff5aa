// SPDX-License-Identifier: MIT
#include <http/server/reply_stream.hpp>

#include <stdexcept>

#include <fmt/core.h>

namespace eddy::http::detail {

task<bool> reply_stream::send(body_stream pieces) {
  while (const auto piece = co_await next(pieces)) {
    if (!co_await send_piece(*piece)) co_return false;
  }
  co_return !failure_ && co_await end();
}

// Nothing: it is over, or has failed.
task<std::optional<std::string_view>> reply_stream::next(body_stream& pieces) {
  try {
    while (const auto piece = co_await pieces.next()) {
      if (piece->empty()) continue;  // as a chunk it would be the last
      sent_ += piece->size();
      if (size_ && sent_ > *size_) {
        throw std::length_error(
            fmt::format("the body is longer than the {} bytes that were said "
                        "of it",
                        *size_));
      }
      co_return *piece;
    }
    if (size_ && sent_ < *size_) {
      throw std::length_error(
          fmt::format("the body ended after {} of the {} bytes that were said "
                      "of it",
                      sent_, *size_));
    }
  } catch (...) {
    failure_ = std::current_exception();
  }
  co_return std::nullopt;
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
