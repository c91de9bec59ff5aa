// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/core/task.hpp>
#include <eddy/http/headers.hpp>
#include <eddy/http/incoming_body.hpp>

namespace eddy::http {

class multipart_reader;

/// A part of a `multipart/…` body: a field of a form, or a file.
class multipart_part {
 public:
  [[nodiscard]] const http::headers& headers() const noexcept { return headers_; }
  /// Of the form's field; empty if the part has none.
  [[nodiscard]] std::string name() const;
  /// Of a file, as the client says it: never use it as a path.
  [[nodiscard]] std::optional<std::string> file_name() const;
  /// As its Content-Type says it; without one `text/plain`.
  [[nodiscard]] std::string content_type() const;

  /// The next piece, never empty; nothing at its end. Errors: as `multipart_reader`.
  /// Lifetime: the piece is valid until the next call to the part or its reader.
  [[nodiscard]] task<std::optional<std::string_view>> next();

  /// What is left of it.
  ///
  /// Errors: as `multipart_reader`; `protocol_error` (`body_too_large`) beyond `limit` bytes.
  /// Cancellation: what was read is lost.
  [[nodiscard]] task<std::string> text(std::size_t limit = std::size_t{64} * 1024);

 private:
  friend class multipart_reader;
  explicit multipart_part(multipart_reader& reader) noexcept : reader_(reader) {}

  multipart_reader& reader_;
  http::headers headers_;
};

struct multipart_limits {
  std::size_t max_parts = 1000;
  std::size_t max_header_bytes = std::size_t{16} * 1024;  ///< of one part
};

/// Takes a `multipart/…` body apart as it comes, such as a form with files in it: no more is held
/// than the piece at hand.
///
/// Errors: throws `protocol_error`: `bad_form` for what is not multipart or ends early;
/// `too_many_fields`, `head_too_large`; and what `incoming_body::next` throws.
/// Cancellation: safe; nothing is lost.
/// Lifetime: the body outlives it. One task at a time reads.
///
/// Example: `http::multipart_reader form(request, request.head.headers);`
/// `while (auto* part = co_await form.next()) keep(part->name(), co_await part->text());`
class multipart_reader {
 public:
  /// `fields` are those of the message: its Content-Type says where parts end.
  multipart_reader(incoming_body& from, const headers& fields, multipart_limits limits = {});
  multipart_reader(const multipart_reader&) = delete;
  multipart_reader& operator=(const multipart_reader&) = delete;

  /// The next part; null behind the last. What was not read of the one before is left out.
  /// Lifetime: the part is valid until the next call.
  [[nodiscard]] task<multipart_part*> next();

 private:
  friend class multipart_part;
  enum class place : unsigned char { in_part, at_delimiter, at_end };

  [[nodiscard]] task<std::optional<std::string_view>> next_piece();
  [[nodiscard]] task<> read_more();
  [[nodiscard]] task<bool> read_delimiter();
  [[nodiscard]] task<> read_head();
  void parse_field(std::string_view line);
  [[nodiscard]] std::string_view left() const noexcept {
    return std::string_view(buffer_).substr(given_);
  }

  incoming_body& from_;
  multipart_limits limits_;
  std::string delimiter_;  // with the line end that belongs to it
  std::string buffer_;
  std::size_t given_ = 0;  // bytes of the buffer that are done with
  std::size_t parts_ = 0;
  place at_ = place::in_part;  // what stands before the first delimiter is passed over
  multipart_part part_{*this};
};

}  // namespace eddy::http
