// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>

#include <eddy/core/task.hpp>
#include <eddy/io/byte_stream.hpp>

namespace eddy {

/// A writer that takes several pieces at once, as sockets do with one system call.
template <class W>
concept gather_writer =
    byte_writer<W> && requires(W& w, std::span<const std::span<const std::byte>> pieces) {
      { w.write_all(pieces) } -> detail::awaits_to<void>;
    };

/// Writes `pieces` one behind the other, with one call where the writer can.
/// Errors and cancellation: as the writer's own `write_all`.
/// Lifetime: `to` and the pieces live until it has ended.
template <byte_writer W>
[[nodiscard]] task<> write_all(W& to, std::span<const std::span<const std::byte>> pieces) {
  if constexpr (gather_writer<W>) {
    co_await to.write_all(pieces);
  } else {
    for (const std::span<const std::byte> piece : pieces) {
      if (!piece.empty()) co_await to.write_all(piece);
    }
  }
}
template <byte_writer W>
[[nodiscard]] task<> write_all(W& to, std::initializer_list<std::span<const std::byte>> pieces) {
  return write_all(to, std::span<const std::span<const std::byte>>(pieces.begin(), pieces.size()));
}

}  // namespace eddy
