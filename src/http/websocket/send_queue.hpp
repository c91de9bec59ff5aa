// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <eddy/flow/queue.hpp>
#include <eddy/http/websocket_connection.hpp>

namespace eddy::http::websocket::detail {

// What a message takes in a queue besides its text, so that empty ones are bounded too.
inline constexpr std::size_t message_overhead = 32;

/// A message that many connections may share.
struct outgoing {
  message_kind kind;
  std::shared_ptr<const std::string> data;
};

/// Errors: throws `std::invalid_argument` for a text that is not UTF-8.
[[nodiscard]] outgoing to_send(message m);

/// What waits to be sent on a connection, up to `most` bytes.
class send_queue : private queue<outgoing> {
 public:
  send_queue(std::size_t most, slow_client when_full) noexcept;

  using queue::bytes;
  using queue::empty;
  using queue::put;
  using queue::shutdown;
  using queue::try_get;

  /// Adds a message at once. False: there is no room, and the connection is to be closed.
  [[nodiscard]] bool add(const outgoing& item);

  /// How many messages have given way to others.
  [[nodiscard]] std::size_t dropped() const noexcept { return dropped_; }

 private:
  void drop_one();

  const slow_client when_full_;
  std::size_t dropped_ = 0;
};

}  // namespace eddy::http::websocket::detail
