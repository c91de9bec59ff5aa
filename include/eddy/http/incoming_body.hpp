// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <eddy/codec/json_value.hpp>
#include <eddy/core/task.hpp>
#include <eddy/http/body.hpp>

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

}  // namespace detail

/// The body of a message that comes in: of a response for a client, of a request for a server. It
/// is read when asked for, once, in whatever form suits; what nobody asks for TCP holds back.
class incoming_body {
 public:
  incoming_body() = default;  ///< an empty one
  explicit incoming_body(std::unique_ptr<detail::body_source> source) noexcept;
  incoming_body(incoming_body&&) noexcept = default;
  incoming_body& operator=(incoming_body&&) noexcept = default;
  ~incoming_body() = default;

  /// What is left of it.
  ///
  /// Errors: throws `client_error` in a client, `protocol_error` in a server, where it was cut off,
  /// is longer than allowed, or broken; `timeout_error`.
  /// Cancellation: what was read is lost.
  [[nodiscard]] task<std::string> text();

  /// What is left of it, as a JSON document.
  ///
  /// Errors: as `text`; throws `json::parse_error`, which a server answers with a 400 unless the
  /// handler does otherwise.
  /// Cancellation: what was read is lost.
  [[nodiscard]] task<json::value> json();

  /// The next piece, never empty; nothing at its end.
  ///
  /// Errors: as `text`.
  /// Cancellation: safe; nothing is lost.
  /// Lifetime: the piece is valid until the next call.
  [[nodiscard]] task<std::optional<std::string_view>> next();

  /// What is left of it, piece by piece.
  ///
  /// Errors: as `text`. Lifetime: this must outlive the stream.
  [[nodiscard]] body_stream stream();

 protected:
  [[nodiscard]] detail::body_source* source() const noexcept { return source_.get(); }

 private:
  std::unique_ptr<detail::body_source> source_;  // none: nothing comes
};

}  // namespace eddy::http
