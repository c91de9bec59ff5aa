// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <http/websocket/deflate.hpp>
#include <http/websocket/frame.hpp>

namespace eddy::http::websocket::detail {

/// Makes bytes of messages.
class message_writer {
 public:
  struct settings {
    role us = role::server;
    std::optional<deflate_direction> deflate = {};  // of our messages
    std::size_t compress_from = 0;                  // bytes; smaller messages go out as they are
  };

  explicit message_writer(const settings& with) : with_(with) {}

  void append(std::string& out, message_kind kind, std::string_view data);

  /// Requires: `payload` is no longer than `most_in_control_frame`.
  void append_control(std::string& out, opcode op, std::string_view payload);

 private:
  void append_frame(std::string& out, opcode op, std::string_view payload, bool compressed);
  [[nodiscard]] mask_key next_mask();

  const settings with_;
  std::optional<deflater> deflater_;  // from the first compressed message on
  std::string deflated_;
  std::array<char, 256> random_{};  // for masks that nobody can guess
  std::size_t random_used_ = random_.size();
};

/// What a close frame says for `reason`, whose text is cut where it does not fit.
[[nodiscard]] std::string close_payload(const close_reason& reason);

}  // namespace eddy::http::websocket::detail
