// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>

#include <eddy/http/error.hpp>
#include <eddy/http/head.hpp>

namespace eddy::http {

/// How much of a message a parser accepts. Each limit has a fault of its own.
struct parse_limits {
  std::size_t max_header_bytes = std::size_t{64} * 1024;  ///< start line, fields and the empty line
  std::size_t max_fields = 128;
  std::uint64_t max_body = std::numeric_limits<std::uint64_t>::max();
};

namespace detail {
class message_engine;
class request_engine;
class response_engine;
}  // namespace detail

/// Reads HTTP/1 messages from bytes, however these were cut into pieces.
///
/// Feed the head until it is complete, then the body until `done()`. What follows the message stays
/// in `input`. A body is never stored, and nothing is allocated for a length that was only
/// promised.
///
/// Where two readers could disagree about where a message ends, it is refused: both
/// Transfer-Encoding and Content-Length, a Transfer-Encoding other than one `chunked`, folded
/// fields, a line that ends without CR LF.
///
/// Errors: `protocol_error`; the parser then throws it again until it is reset.
class message_parser {
 public:
  /// Takes bytes from the front of `input`; true once the head is complete.
  bool parse_head(std::string_view& input);

  /// Takes the next piece of the body from the front of `input`, with any chunking removed.
  ///
  /// Empty when `input` is used up or the message is `done()`.
  ///
  /// Lifetime: the piece is a part of what `input` refers to.
  ///
  /// Requires: the head is complete.
  [[nodiscard]] std::string_view parse_body(std::string_view& input);

  /// Says that the peer closed the stream: ends a body that is delimited by that.
  ///
  /// Errors: `protocol_fault::truncated`, with how much had arrived, where anything is missing.
  void finish();

  /// Whether a byte of this message was seen; a peer may close before that without harm.
  [[nodiscard]] bool started() const noexcept;

  /// Whether the message is complete.
  [[nodiscard]] bool done() const noexcept;

  /// Whether, after this message, another may follow on the same connection.
  ///
  /// Requires: the head is complete.
  [[nodiscard]] bool keep_alive() const noexcept;

  /// How long the body will be, where the head says so.
  ///
  /// Requires: the head is complete.
  [[nodiscard]] std::optional<std::uint64_t> body_size() const noexcept;

 protected:
  explicit message_parser(std::unique_ptr<detail::message_engine> engine) noexcept;
  message_parser(message_parser&&) noexcept;
  message_parser& operator=(message_parser&&) noexcept;
  ~message_parser();

  std::unique_ptr<detail::message_engine> engine_;
};

/// Reads requests, as a server does.
class request_parser : public message_parser {
 public:
  explicit request_parser(parse_limits limits = {});

  /// Requires: the head is complete.
  [[nodiscard]] request_head& head() noexcept;

  /// Allows the body of this request so many bytes instead of `parse_limits::max_body`.
  ///
  /// Errors: `protocol_error` if its Content-Length is more.
  void limit_body(std::uint64_t most);

  /// Makes ready for the next request on the connection.
  void reset();
};

/// Reads responses, as a client does. Interim (1xx) responses are skipped, except 101.
class response_parser : public message_parser {
 public:
  /// `method` is that of the request, which decides whether the response has a body.
  explicit response_parser(std::string_view method, parse_limits limits = {});

  /// Requires: the head is complete.
  [[nodiscard]] response_head& head() noexcept;

  /// How many interim responses came before this one.
  [[nodiscard]] std::size_t interim() const noexcept;

  /// Makes ready for the response to the next request, of this method.
  void reset(std::string_view method);
};

}  // namespace eddy::http
