// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace eddy::http::websocket {

/// Why a connection ends. Programs of one's own use 4000 to 4999.
enum class close_code : std::uint16_t {
  normal = 1000,
  going_away = 1001,  ///< a server that stops, a page that is left
  protocol_error = 1002,
  unsupported_data = 1003,
  no_code = 1005,  ///< the other end gave none; never sent
  lost = 1006,     ///< there was no close at all; never sent
  invalid_text = 1007,
  policy_violation = 1008,
  too_big = 1009,
  missing_extension = 1010,
  internal_error = 1011,
  service_restart = 1012,
  try_again_later = 1013,  ///< a client that is too slow for what it is sent
  bad_gateway = 1014,
};

/// How a connection ended.
struct close_reason {
  close_code code = close_code::normal;
  std::string text = {};

  /// Whether nobody lacks anything: 1000, 1001, or a close without a code.
  [[nodiscard]] bool orderly() const noexcept {
    return code == close_code::normal || code == close_code::going_away ||
           code == close_code::no_code;
  }
  friend bool operator==(const close_reason&, const close_reason&) = default;
};

/// A text is UTF-8, and a `String` in browsers; what is binary may be any bytes.
enum class message_kind : std::uint8_t { text, binary };

/// What is sent and received.
struct message {
  message_kind kind = message_kind::text;
  std::string data = {};

  [[nodiscard]] bool is_text() const noexcept { return kind == message_kind::text; }
  friend bool operator==(const message&, const message&) = default;
};

/// The connection is closed, or was lost: nothing more goes over it.
///
/// `what()` says who ended it and why: `websocket ws://a.test/: closed by the other end: 1011 out
/// of memory`.
class connection_closed : public std::runtime_error {
 public:
  connection_closed(close_reason reason, const std::string& message)
      : std::runtime_error(message), reason_(std::move(reason)) {}

  [[nodiscard]] const close_reason& reason() const noexcept { return reason_; }
  [[nodiscard]] close_code code() const noexcept { return reason_.code; }

 private:
  close_reason reason_;
};

}  // namespace eddy::http::websocket
