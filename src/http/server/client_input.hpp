// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <eddy/core/task.hpp>
#include <eddy/core/time.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/http/parser.hpp>
#include <http/input_buffer.hpp>
#include <http/wire.hpp>

namespace eddy::http::detail {

enum class receipt : unsigned char { bytes, end, too_late };

/// What a client has sent and nobody has parsed yet.
///
/// Between requests the connection waits for it. While a handler runs one task reads ahead, and it
/// alone: so the client's leaving is seen whatever the handler does.
class client_input {
 public:
  explicit client_input(wire& from) noexcept : from_(from) {}

  [[nodiscard]] bool empty() const noexcept { return unparsed_.empty(); }

  /// True once the head is complete. Errors: those of the parser.
  [[nodiscard]] bool parse_head(request_parser& parser);

  /// The next piece of the body; empty where none is here. Errors: those of the parser.
  /// Lifetime: it stays until the next call, whoever reads ahead.
  [[nodiscard]] std::string_view parse_body(request_parser& parser);

  /// Waits for more, for at most `limit`. Errors: those of the wire. Requires: nobody reads ahead.
  [[nodiscard]] task<receipt> receive(duration limit) {
    if (empty()) unparsed_.reserve(usual);
    return take(limit);
  }

  /// Reads, and keeps a limited amount of it, until the client leaves.
  [[nodiscard]] task<> read_ahead();

  /// Waits until something is here that was read ahead. False: not within `limit`.
  [[nodiscard]] task<bool> wait_for_arrival(duration limit);

  /// As `receive`, where nothing may come for long: keeps a place for the first bytes only.
  /// Requires: it is empty.
  [[nodiscard]] task<receipt> receive_after_silence(duration limit) {
    unparsed_ = {};
    unparsed_.reserve(in_silence);
    return take(limit);
  }

  /// What nobody has parsed yet.
  [[nodiscard]] std::string_view rest() const noexcept { return unparsed_.text(); }

  /// The same for somebody else to parse. Gives back the memory.
  [[nodiscard]] std::string take_rest() {
    std::string rest(unparsed_.text());
    unparsed_ = {};
    return rest;
  }

 private:
  static constexpr std::size_t usual = std::size_t{8} * 1024;
  static constexpr std::size_t in_silence = 256;

  [[nodiscard]] task<receipt> take(duration limit);
  [[nodiscard]] std::span<char> room();

  wire& from_;
  input_buffer unparsed_;
  bool lent_ = false;         // a piece of unparsed_ is in use and must not move
  bool awaits_body_ = false;  // of which much may come
  event arrived_;
  event taken_;
};

}  // namespace eddy::http::detail
