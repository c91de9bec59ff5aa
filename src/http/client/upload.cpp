// SPDX-License-Identifier: MIT
#include <http/client/upload.hpp>

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/http/client_error.hpp>
#include <eddy/io/tls/error.hpp>

namespace eddy::http::detail {
namespace {

// A chunk is copied, to go out with its frame in one piece.
constexpr std::size_t largest_chunk = std::size_t{64} * 1024;

}  // namespace

task<> upload::run() {
  complete_ = co_await send_pieces();
  over_.set();
}

// False: the connection broke.
task<bool> upload::send_pieces() {
  body_stream pieces = body_.open();
  std::uint64_t length = 0;
  for (;;) {
    watch_.pause();
    const std::string_view* piece = co_await pieces.next();
    watch_.moved();
    if (piece == nullptr) break;
    length += piece->size();
    check_length(length, false);
    const bool sent = body_.size() ? co_await write(*piece) : co_await write_chunks(*piece);
    if (!sent) co_return false;
  }
  check_length(length, true);
  co_return body_.size() || co_await write("0\r\n\r\n");
}

task<bool> upload::write_chunks(std::string_view piece) {
  while (!piece.empty()) {
    const std::string_view data = piece.substr(0, largest_chunk);
    chunk_.clear();
    fmt::format_to(std::back_inserter(chunk_), "{:x}\r\n{}\r\n", data.size(), data);
    if (!co_await write(chunk_)) co_return false;
    piece.remove_prefix(data.size());
  }
  co_return true;
}

task<bool> upload::write(std::string_view bytes) {
  try {
    while (!bytes.empty()) {
      bytes.remove_prefix(co_await wire_.write_some(bytes));
      watch_.moved();
    }
    co_return true;
  } catch (const io_error& error) {
    lost_ = error.what();
  } catch (const tls::error& error) {
    lost_ = error.what();
  }
  co_return false;
}

void upload::check_length(std::uint64_t length, bool at_end) const {
  const auto said = body_.size();
  if (!said || (at_end ? length == *said : length <= *said)) return;
  throw client_error(client_fault::bad_body,
                     fmt::format("{}: the request's body has {} {} bytes, but was said to have {}",
                                 label_, at_end ? "only" : "at least", length, *said));
}

}  // namespace eddy::http::detail
