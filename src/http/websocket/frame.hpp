// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include <eddy/http/websocket_message.hpp>

// The frames of RFC 6455, section 5.
namespace eddy::http::websocket::detail {

enum class opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

constexpr bool is_control(opcode op) noexcept { return op >= opcode::close; }

inline constexpr std::size_t most_in_control_frame = 125;

/// At which end of the connection we are.
enum class role : std::uint8_t { client, server };

using mask_key = std::array<char, 4>;

struct frame_header {
  opcode op = opcode::text;
  bool final = true;        // the last frame of its message
  bool compressed = false;  // RSV1: permessage-deflate
  std::optional<mask_key> mask = {};
  std::uint64_t size = 0;  // of the payload

  friend bool operator==(const frame_header&, const frame_header&) = default;
};

/// The other end broke a rule, or a limit of ours: the connection fails with `code`.
class violation : public std::runtime_error {
 public:
  violation(close_code code, const std::string& message)
      : std::runtime_error(message), code_(code) {}
  [[nodiscard]] close_code code() const noexcept { return code_; }

 private:
  close_code code_;
};

/// Reads the headers of frames, however they were cut into pieces.
class header_reader {
 public:
  /// Takes bytes from the front of `input`; nothing until a header is complete.
  ///
  /// Errors: `violation`, for what no frame may have.
  [[nodiscard]] std::optional<frame_header> next(std::string_view& input);

 private:
  static constexpr std::size_t longest = 14;

  [[nodiscard]] std::size_t wanted() const noexcept;
  [[nodiscard]] unsigned byte(std::size_t index) const noexcept;
  [[nodiscard]] std::uint64_t number(std::size_t from, std::size_t to) const noexcept;
  void check_first_bytes() const;

  std::array<char, longest> bytes_;
  std::size_t count_ = 0;
};

void append_to(std::string& out, const frame_header& header);

/// Masks, or unmasks, a part of a payload that begins `offset` bytes into it.
void apply_mask(std::span<char> bytes, mask_key key, std::uint64_t offset) noexcept;

}  // namespace eddy::http::websocket::detail
