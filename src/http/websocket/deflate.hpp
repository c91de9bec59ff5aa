// SPDX-License-Identifier: MIT
#pragma once

#include <zlib.h>

#include <cstddef>
#include <string>
#include <string_view>

// The payloads of permessage-deflate, RFC 7692.
namespace eddy::http::websocket::detail {

/// How one direction of a connection is compressed.
struct deflate_direction {
  int window_bits = MAX_WBITS;
  bool keeps_context = true;  // a message may refer to what the ones before it said

  friend bool operator==(const deflate_direction&, const deflate_direction&) = default;
};

/// What both ends have agreed on.
struct deflate_settings {
  deflate_direction from_server = {};
  deflate_direction from_client = {};

  friend bool operator==(const deflate_settings&, const deflate_settings&) = default;
};

/// zlib cannot write for a window this small; what would need it goes out as it is.
constexpr bool can_deflate(const deflate_direction& way) noexcept { return way.window_bits > 8; }

class deflater {
 public:
  /// Requires: `can_deflate(way)`.
  explicit deflater(deflate_direction way);
  deflater(const deflater&) = delete;
  deflater& operator=(const deflater&) = delete;
  ~deflater();

  /// Appends the payload of a whole message.
  void append(std::string_view text, std::string& out);

 private:
  const deflate_direction way_;
  z_stream stream_{};
};

class inflater {
 public:
  explicit inflater(deflate_direction way);
  inflater(const inflater&) = delete;
  inflater& operator=(const inflater&) = delete;
  ~inflater();

  /// Appends what the next piece of a message's payload says. Stops where `out` gets longer than
  /// `most`, by no more than a few kilobytes.
  ///
  /// Errors: `violation`, for what is not deflated data; `out` then has what came before it.
  void append(std::string_view piece, std::string& out, std::size_t most);

  /// The same for what a sender leaves out at the end of a message.
  void finish(std::string& out, std::size_t most);

 private:
  void begin_after_final_block();

  const deflate_direction way_;
  z_stream stream_{};
};

}  // namespace eddy::http::websocket::detail
