// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/codec/json_value.hpp>
#include <eddy/core/task.hpp>
#include <eddy/http/body.hpp>
#include <eddy/io/buffered_reader.hpp>

namespace eddy::http {

namespace detail {

/// Where the pieces of a body that comes in are from.
class body_source {
 public:
  virtual ~body_source() = default;
  /// As `incoming_body::next`.
  [[nodiscard]] virtual task<std::optional<std::string_view>> next() = 0;
  /// In bytes, as they come out; where that is known.
  [[nodiscard]] virtual std::optional<std::uint64_t> size() const noexcept = 0;
  /// Allows so many bytes of it, where the one who reads may say that.
  virtual void limit([[maybe_unused]] std::uint64_t most) {}
};

struct body_access;

}  // namespace detail

/// The body of a message that comes in: of a response for a client, of a request for a server. It
/// is read when asked for, once, in whatever form suits; what nobody asks for TCP holds back.
///
/// It is a `byte_reader`, so `copy(answer, file)` saves it and `buffered_reader(answer)` takes it
/// apart; and a stream of its pieces, for `EDDY_FOR` and the pipes.
class incoming_body {
 public:
  incoming_body() = default;  ///< an empty one
  /// `content_type` is what the message's field of that name says.
  explicit incoming_body(std::unique_ptr<detail::body_source> source,
                         std::string_view content_type = {});
  incoming_body(incoming_body&&) noexcept = default;
  incoming_body& operator=(incoming_body&&) noexcept = default;
  ~incoming_body() = default;

  /// What is left of it, in UTF-8: converted where the message's Content-Type names another
  /// charset, with U+FFFD for what is not valid in it; else as it came.
  ///
  /// Errors: throws `client_error` in a client, `protocol_error` in a server, where it was cut off,
  /// is longer than allowed, or broken; `timeout_error`. `protocol_error` in both for a charset
  /// that is not known: read `bytes` then.
  /// Cancellation: what was read is lost.
  [[nodiscard]] task<std::string> text();

  /// What is left of it, as it came. Errors, Cancellation: as `text`.
  [[nodiscard]] task<std::vector<std::byte>> bytes();

  /// What is left of it, as a JSON document.
  ///
  /// Errors: as `text`; throws `json::parse_error`.
  /// Cancellation: what was read is lost.
  [[nodiscard]] task<json::value> json();

  /// The next piece, never empty; nothing at its end.
  ///
  /// Errors: as `text`.
  /// Cancellation: safe; nothing is lost.
  /// Lifetime: the piece is valid until the next call.
  [[nodiscard]] task<std::optional<std::string_view>> next();

  /// Fills some of `into`: at least a byte, or 0 at the end.
  ///
  /// Errors, Cancellation: as `next`.
  [[nodiscard]] task<std::size_t> read_some(std::span<std::byte> into);

  /// What is left of it, piece by piece.
  ///
  /// Errors: as `text`. Lifetime: this must outlive the stream.
  [[nodiscard]] body_stream stream();

  /// What is left of it, line by line, without the "\n" or "\r\n" at their ends: `EDDY_FOR
  /// (std::string_view line, answer.lines())`. A line lives until the next.
  ///
  /// Errors: as `text`; `limit_exceeded` for a line of more than `limit` bytes.
  /// Lifetime: this must outlive the stream.
  [[nodiscard]] auto lines(std::size_t limit = buffered_reader<incoming_body&>::usual_limit);

 protected:
  [[nodiscard]] detail::body_source* source() const noexcept { return source_.get(); }

 private:
  friend struct detail::body_access;

  [[nodiscard]] task<> take_all(auto& into);

  std::unique_ptr<detail::body_source> source_;  // none: nothing comes
  std::string_view left_;                        // of a piece that `read_some` had no room for
  std::string charset_;                          // empty: nobody said
};

namespace detail {

/// For those who put something between a body and its source.
struct body_access {
  [[nodiscard]] static std::unique_ptr<body_source>& source_of(incoming_body& body) noexcept {
    return body.source_;
  }
};

}  // namespace detail

inline auto incoming_body::lines(std::size_t limit) {
  return buffered_reader<incoming_body&>(*this).lines(limit);
}

}  // namespace eddy::http
