// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include <eddy/core/error.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/io/tcp.hpp>
#include <http/loopback.hpp>

namespace eddy::http::testing {

inline constexpr std::size_t mebibyte = std::size_t{1} << 20;

struct flood {
  std::size_t sent = 0;  ///< until the server took no more
  std::string answer;
};

/// Sends `start` and then `again` for ever, until the server resets, or takes nothing for longer
/// than any limit of its own. `most` is more than all of its limits, and than the buffers on the
/// way hold.
inline task<flood> flood_with(endpoint where, std::string start, std::string again,
                              std::size_t most) {
  tcp::socket socket = co_await tcp::connect(where);
  flood result;
  std::string piece;
  while (piece.size() < 64 * 1024) piece += again;
  try {
    co_await socket.write_all(start);
    while (result.sent < most) {
      if (!co_await wait_for_optional(socket.write_all(piece), std::chrono::seconds(90))) break;
      result.sent += piece.size();
    }
  } catch (const io_error&) {
    // Reset by the server, which has seen enough.
  }
  try {
    result.answer = co_await read_to_end(socket);
  } catch (const io_error&) {
    // The reset took its answer along.
  }
  co_return result;
}

}  // namespace eddy::http::testing
