// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/codec/json_value.hpp>

namespace eddy::json {

/// A text is not JSON.
///
/// `what()` names the place and what is wrong there: `JSON line 3, column 12: …`.
class parse_error : public std::runtime_error {
 public:
  parse_error(const std::string& message, std::size_t line, std::size_t column)
      : std::runtime_error(message), line_(line), column_(column) {}

  [[nodiscard]] std::size_t line() const noexcept { return line_; }  ///< from 1
  /// In characters, from 1.
  [[nodiscard]] std::size_t column() const noexcept { return column_; }

 private:
  std::size_t line_;
  std::size_t column_;
};

/// What `parse` accepts.
struct parse_options {
  std::size_t max_depth = 512;  ///< of arrays and objects in one another
};

/// The document that a text says: one value, RFC 8259 to the letter. A byte order mark is skipped.
///
/// Errors: throws `parse_error`; also for an integer beyond 64 bits and a number beyond a `double`,
/// which would lose digits unseen.
[[nodiscard]] value parse(std::string_view text, parse_options options = {});

/// How `write` lays a document out.
struct write_options {
  int indent = 0;  ///< spaces a level; 0: all on one line, without any
};

/// The document as text. A number read back is of the same kind and equal.
///
/// Errors: throws `std::invalid_argument` for a number that is not finite: JSON has none.
[[nodiscard]] std::string write(const value& document, write_options options = {});

/// Appends the document on one line. Errors: as `write`.
void append_value(std::string& out, const value& document);

/// Appends the text as a JSON string, quotes included, on one line.
///
/// What is not UTF-8 becomes U+FFFD: the result is valid JSON whatever the text is.
void append_string(std::string& out, std::string_view utf8);

/// Appends an object of strings on one line, its members in the order given.
///
/// Requires: no two members have the same name.
void append_object(std::string& out,
                   std::span<const std::pair<std::string_view, std::string_view>> members);

}  // namespace eddy::json
