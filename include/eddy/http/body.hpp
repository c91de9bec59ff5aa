// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <eddy/codec/json_value.hpp>
#include <eddy/core/task.hpp>
#include <eddy/flow/async_generator.hpp>

namespace eddy::http {

class form_data;

/// The fields of a form, or of a query, in order.
using form_fields = std::vector<std::pair<std::string, std::string>>;

/// The pieces of a body, one behind the other; each lives until the next is asked for.
using body_stream = async_generator<std::string_view>;

/// What a message carries: text, or pieces that are made as they are sent, so that as much is held
/// as the other end has not taken yet. The same for a client's request and for a server's answer.
class body {
 public:
  body() = default;
  template <class Text>
    requires std::convertible_to<Text, std::string>
  body(Text&& text) : text_(std::forward<Text>(text)) {}  // NOLINT: a text is a body

  /// The document on one line, as application/json. Errors: as `json::write`.
  [[nodiscard]] static body json(const json::value& document);

  /// Pieces that can be made only once: such a request is never sent a second time. Without a
  /// `size`, in bytes, it goes out in chunks.
  [[nodiscard]] static body stream(body_stream pieces, std::optional<std::uint64_t> size = {});

  /// Pieces that `open` makes, each time the message is sent.
  [[nodiscard]] static body stream(std::function<body_stream()> open,
                                   std::optional<std::uint64_t> size = {});

  /// A form as browsers send it: `application/x-www-form-urlencoded`.
  ///
  /// Example: `client.post(url, {.body = http::body::form({{"name", "Ada"}, {"age", "36"}})})`.
  [[nodiscard]] static body form(const form_fields& fields);

  /// A form with files in it: `multipart/form-data`. Repeatable, and with a size, if all parts are.
  [[nodiscard]] static body multipart(form_data form);

  /// What a file holds, of the type that the ending of its name says; it is opened and read each
  /// time the message is sent.
  ///
  /// Errors: throws `io_error` now if it cannot be opened; while it is sent also where it has
  /// become shorter since. What it has grown by is left out.
  [[nodiscard]] static task<body> file(std::string path);

  /// In bytes, if known beforehand.
  [[nodiscard]] std::optional<std::uint64_t> size() const noexcept;
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  /// Whether it can be sent again.
  [[nodiscard]] bool repeatable() const noexcept { return !once_; }
  /// The whole of it, unless it is a stream.
  [[nodiscard]] const std::string* text() const noexcept {
    return once_ || open_ ? nullptr : &text_;
  }
  /// What a Content-Type field is to say; empty: nobody knows.
  [[nodiscard]] const std::string& content_type() const noexcept { return content_type_; }
  /// Errors: throws `std::invalid_argument` for one with control bytes: it would end its field.
  void set_content_type(std::string type);

  /// Another of the same. Requires: `repeatable()`.
  [[nodiscard]] body copy() const;

  /// The pieces. Lifetime: those of a text live as long as this body.
  /// Requires: `repeatable()`, or the first call.
  [[nodiscard]] body_stream open();

 private:
  std::string text_;
  std::optional<body_stream> once_;
  std::function<body_stream()> open_;
  std::optional<std::uint64_t> size_;  // of a stream
  std::string content_type_;
};

}  // namespace eddy::http
