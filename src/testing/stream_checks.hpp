// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <eddy/core/task.hpp>
#include <eddy/testing/stream_suite.hpp>

namespace eddy::testing {

using eddy::detail::stream_end;
using eddy::detail::stream_ends;

/// One thing that every byte stream does; fails the current test otherwise.
struct stream_check {
  const char* name;
  task<> (*run)(stream_ends ends);
};

[[nodiscard]] std::span<const stream_check> data_checks() noexcept;
[[nodiscard]] std::span<const stream_check> end_checks() noexcept;
[[nodiscard]] std::span<const stream_check> cancel_checks() noexcept;

/// Bytes that differ where a piece is lost, doubled or in the wrong place.
inline std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 + i / 997);
  return text;
}

inline task<> write(stream_end& to, std::string_view text) {
  co_await to.write_all(std::as_bytes(std::span(text)));
}

/// One read, as text.
inline task<std::string> read(stream_end& from, std::size_t most = 256) {
  std::string text(most, '\0');
  text.resize(co_await from.read_some(std::as_writable_bytes(std::span(text))));
  co_return text;
}

/// As many reads as it takes.
inline task<std::string> read_exactly(stream_end& from, std::size_t size) {
  std::string whole;
  while (whole.size() < size) {
    const std::string piece = co_await read(from, std::min<std::size_t>(size - whole.size(), 4096));
    if (piece.empty()) break;
    whole += piece;
  }
  co_return whole;
}

inline task<> read_to_end(stream_end& from, std::string& into) {
  std::string piece(64 << 10, '\0');
  for (;;) {
    const std::size_t got = co_await from.read_some(std::as_writable_bytes(std::span(piece)));
    if (got == 0) co_return;
    into.append(piece, 0, got);
  }
}

inline task<std::string> read_to_end(stream_end& from) {
  std::string whole;
  co_await read_to_end(from, whole);
  co_return whole;
}

inline task<> write_and_end(stream_end& to, std::string_view text) {
  co_await write(to, text);
  co_await to.shutdown();
}

}  // namespace eddy::testing
