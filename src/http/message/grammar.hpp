// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include <eddy/http/error.hpp>
#include <eddy/http/head.hpp>

namespace eddy::http::detail {

/// Where the grammar of HTTP is broken, for the caller to say in which message.
struct syntax_fault {
  protocol_fault fault;
  std::string_view problem;
  std::size_t offset;  // of the line at fault, in the bytes given
};

/// The grammar of HTTP/1, filling in a head.
///
/// It is given whole lines only, so that its answers cannot depend on how the bytes arrived; the
/// calls must come in the order of the message.
class grammar {
 public:
  virtual ~grammar() = default;

  /// The start line with its CR LF.
  virtual std::optional<syntax_fault> start_line(std::string_view line) = 0;

  /// All fields, and the empty line that ends them.
  virtual std::optional<syntax_fault> fields(std::string_view section) = 0;

  /// What Content-Length says, once `fields` was read.
  [[nodiscard]] virtual std::optional<std::uint64_t> content_length() const = 0;

  /// The line that starts a chunk; before it, the CR LF that ends the previous chunk's data; after
  /// it if the chunk is the last, the trailers and the empty line that ends them.
  virtual std::optional<syntax_fault> chunk_header(std::string_view lines) = 0;

  /// The size of the chunk whose header was read last; 0 for the last chunk.
  [[nodiscard]] virtual std::uint64_t chunk_size() const = 0;

  /// A piece of the chunk's data, not beyond its end.
  virtual void chunk_data(std::string_view piece) = 0;

  /// Starts over: the next call is `start_line`.
  virtual void reset() = 0;
};

/// `head` is refilled by each message and must outlive the grammar.
[[nodiscard]] std::unique_ptr<grammar> make_grammar(request_head& head);
[[nodiscard]] std::unique_ptr<grammar> make_grammar(response_head& head);

}  // namespace eddy::http::detail
