// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <eddy/core/task.hpp>
#include <eddy/flow/event.hpp>
#include <http/websocket/message_writer.hpp>

namespace eddy::http::websocket::detail {

/// Pings of both ends, and what answers them. Of several that wait only the last goes out, so that
/// they take no memory however many there are.
class pings {
 public:
  /// A ping is to be sent; gives its number.
  std::uint64_t ask() noexcept;
  /// The other end's, to be answered.
  void take_ping(std::string payload) { to_answer_ = std::move(payload); }
  /// The other end's answer, perhaps to a ping of ours.
  void take_pong(std::string_view payload) noexcept;

  /// What is to be sent now.
  void append_to(std::string& out, message_writer& writer);

  /// Waits until the ping of that number, or a later one, came back. False: `give_up` was called.
  /// Cancellation: safe.
  [[nodiscard]] task<bool> returned(std::uint64_t number);
  /// None comes back any more.
  void give_up() noexcept;

 private:
  std::uint64_t asked_ = 0;  // each carries its number
  bool to_ask_ = false;
  std::optional<std::string> to_answer_;
  std::uint64_t last_back_ = 0;
  bool given_up_ = false;
  event changed_;  // one of the last two
};

}  // namespace eddy::http::websocket::detail
