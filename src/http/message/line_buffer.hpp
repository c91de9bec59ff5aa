// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace eddy::http::detail {

/// Gathers lines until there are enough of them for the grammar.
///
/// Whatever is refused here is refused at the same byte, however the input was cut into pieces.
/// What is whole in the input stays there: only where a piece ends within a line is it copied.
class line_buffer {
 public:
  /// Takes the rest of the current line from the front of `input`; none if it does not end there.
  ///
  /// The line holds its end (LF, and what is before it). It is never taken beyond `limit` + 1
  /// bytes: a line without end that is `too_long(limit)` needs no further input to be refused.
  ///
  /// Lifetime: all lines since `clear` are valid until `input` is changed by anyone else, or none
  /// is found.
  std::optional<std::string_view> next(std::string_view& input, std::size_t limit);

  /// Whether the current line, complete or not, is longer than that.
  [[nodiscard]] bool too_long(std::size_t limit) const noexcept { return line().size() > limit; }

  /// All lines since `clear`.
  [[nodiscard]] std::string_view text() const noexcept {
    return copied_.empty() ? borrowed_ : copied_;
  }

  void clear() noexcept;

 private:
  [[nodiscard]] std::string_view line() const noexcept { return text().substr(line_start_); }

  std::string_view borrowed_;  // of the input, until a line does not end there
  std::string copied_;
  std::size_t line_start_ = 0;
  bool complete_ = false;  // the current line is, so `next` starts another
};

/// What makes a line one that readers could disagree about, whatever it says; empty if nothing
/// does.
[[nodiscard]] std::string line_problem(std::string_view line);

}  // namespace eddy::http::detail
