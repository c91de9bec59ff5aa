// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <http/websocket/message_reader.hpp>

namespace eddy::http::websocket::testing {

using detail::opcode;
using detail::role;

constexpr detail::mask_key a_mask{'\x37', '\xfa', '\x21', '\x3d'};

struct frame_options {
  bool final = true;
  bool compressed = false;
  bool masked = false;
};

/// A frame as it goes over the wire.
inline std::string frame(opcode op, std::string_view payload, frame_options options = {}) {
  detail::frame_header header{
      .op = op, .final = options.final, .compressed = options.compressed, .size = payload.size()};
  if (options.masked) header.mask = a_mask;
  std::string bytes;
  append_to(bytes, header);
  const std::size_t begin = bytes.size();
  bytes += payload;
  if (options.masked) detail::apply_mask(std::span(bytes).subspan(begin), a_mask, 0);
  return bytes;
}

/// What a reader makes of the pieces: `text(abc) ping() !1002`.
inline std::string read(const detail::message_reader::settings& settings,
                        const std::vector<std::string_view>& pieces) {
  detail::message_reader reader(settings);
  std::string seen;
  try {
    for (std::string_view piece : pieces) {
      while (const auto got = reader.next(piece)) {
        constexpr auto name = [](opcode op) {
          switch (op) {
            case opcode::text:
              return "text";
            case opcode::binary:
              return "binary";
            case opcode::close:
              return "close";
            case opcode::ping:
              return "ping";
            case opcode::pong:
              return "pong";
            default:
              return "?";
          }
        };
        seen += fmt::format("{}({}) ", name(got->op), got->data);
        if (got->op == opcode::close) (void)detail::parse_close(got->data);
      }
    }
  } catch (const detail::violation& error) {
    seen += fmt::format("!{}", static_cast<unsigned>(error.code()));
  }
  return seen;
}

/// What a client that takes messages of up to `most` bytes makes of them.
inline std::string read_as_client(std::string_view bytes, std::size_t most = 1 << 20) {
  return read({.us = role::client, .max_message = most}, {bytes});
}

/// All bytes alone.
inline std::vector<std::string_view> byte_by_byte(std::string_view bytes) {
  std::vector<std::string_view> pieces;
  for (std::size_t i = 0; i < bytes.size(); ++i) pieces.push_back(bytes.substr(i, 1));
  return pieces;
}

}  // namespace eddy::http::websocket::testing
