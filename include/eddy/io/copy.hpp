// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include <eddy/core/task.hpp>
#include <eddy/io/byte_stream.hpp>

namespace eddy {

/// Reads `from` to its end and writes it all to `to`, which is not shut down; gives the number of
/// bytes.
///
/// Errors: those of either stream; what was read and not yet written is lost.
/// Cancellation: likewise. Lifetime: both live until it has ended.
template <byte_reader R, byte_writer W>
[[nodiscard]] task<std::uint64_t> copy(R& from, W& to) {
  constexpr std::size_t at_once = 64 << 10;
  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(at_once);
  std::uint64_t copied = 0;
  while (const std::size_t count = co_await from.read_some({buffer.get(), at_once})) {
    co_await to.write_all({buffer.get(), count});
    copied += count;
  }
  co_return copied;
}

}  // namespace eddy
