// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <http/websocket/deflate.hpp>
#include <http/websocket/frame.hpp>
#include <http/websocket/utf8_checker.hpp>

namespace eddy::http::websocket::detail {

/// A whole message, or a control frame: `op` is never `continuation`.
struct incoming {
  opcode op;
  std::string data;
};

/// Makes messages of bytes, however these were cut into pieces.
///
/// Holds what has arrived of a message, and nothing for what was only promised.
class message_reader {
 public:
  struct settings {
    role us = role::server;
    std::size_t max_message = std::size_t{1024} * 1024;  // inflated
    std::optional<deflate_direction> deflate = {};       // of the other end's messages
  };

  explicit message_reader(const settings& with) : with_(with) {}

  /// Takes bytes from the front of `input`, up to the end of the next message or control frame.
  ///
  /// Errors: `violation`, as soon as the byte is there that shows it; the reader is then of no
  /// further use.
  [[nodiscard]] std::optional<incoming> next(std::string_view& input);

 private:
  void begin_frame();
  void take_payload(std::string_view piece);
  void take_compressed(std::string_view piece);
  void check_new_part(std::size_t begin);
  [[nodiscard]] std::optional<incoming> end_frame();
  [[noreturn]] void too_big() const;

  const settings with_;
  header_reader headers_;
  std::optional<frame_header> frame_;  // the one being read
  std::uint64_t taken_ = 0;            // of its payload
  std::string control_;                // what has come of a control frame

  std::optional<opcode> message_kind_;  // none between two messages
  bool compressed_ = false;             // the message is
  std::string message_;                 // what has come of it
  utf8_checker utf8_;
  std::optional<inflater> inflater_;  // from the first compressed message on
};

/// What a close frame says.
///
/// Errors: `violation`.
[[nodiscard]] close_reason parse_close(std::string_view payload);

/// Whether a close frame may carry it.
[[nodiscard]] bool may_be_sent(close_code code) noexcept;

}  // namespace eddy::http::websocket::detail
