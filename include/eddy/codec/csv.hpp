// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace eddy::csv {

/// Appends one row and its line end, quoted only where that is needed, so that `reader` reads back
/// the same cells.
///
/// Requires: at least one cell.
void append_row(std::string& out, std::span<const std::string_view> cells);

/// The cells of a line, without the quotes around them.
using row = std::vector<std::string>;

/// Where a text stops being CSV.
class parse_error {
 public:
  parse_error(std::size_t line, std::size_t column, std::string_view problem);

  /// `line 3, column 17: …` and what to do about it.
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] std::size_t line() const noexcept { return line_; }
  /// Counted in bytes, from 1.
  [[nodiscard]] std::size_t column() const noexcept { return column_; }

 private:
  std::size_t line_;
  std::size_t column_;
  std::string message_;
};

struct limits {
  std::size_t max_row_bytes = std::size_t{16} * 1024 * 1024;
};

/// Reads CSV (RFC 4180) piece by piece; how the text is cut into pieces does not matter.
///
/// Strict: every row has as many cells as the first; quotes stand around a whole cell or nowhere.
/// Lines end with LF or CRLF, the last one also without. A byte order mark at the start is skipped.
///
/// Errors: the rows before the place in error are still handed out. A reader that found an error
/// returns it again.
class reader {
 public:
  explicit reader(limits limits = {}) : limits_(limits) {}

  /// Appends the rows that the piece completes.
  [[nodiscard]] std::expected<void, parse_error> push(std::string_view piece,
                                                      std::vector<row>& rows);

  /// Says that the text is complete; appends the last row where no line end follows it.
  [[nodiscard]] std::expected<void, parse_error> finish(std::vector<row>& rows);

 private:
  enum class state : unsigned char {
    line_start,
    cell_start,
    plain,       // in a cell without quotes
    quoted,      // between quotes
    quote_seen,  // after a quote between quotes: the cell's end, or half of a doubled one
    carriage     // after a CR, which only a LF may follow
  };

  void read(char c, std::vector<row>& rows);
  void read_plain(char c, std::vector<row>& rows);
  void read_after_quote(char c, std::vector<row>& rows);
  bool read_separator(char c, std::vector<row>& rows);
  void open_quote();
  void end_cell();
  void end_row(std::vector<row>& rows);
  void fail(std::string_view problem) { fail_at(line_, column_, problem); }
  void fail_at(std::size_t line, std::size_t column, std::string_view problem);

  limits limits_;
  state state_ = state::line_start;
  bool mark_possible_ = true;  // the first cell may start with a byte order mark
  std::size_t line_ = 1;       // of the byte that is read next
  std::size_t column_ = 1;
  std::size_t row_line_ = 1;  // where the row began
  std::size_t row_bytes_ = 0;
  std::size_t quote_line_ = 0;  // the last opening quote
  std::size_t quote_column_ = 0;
  std::size_t columns_ = 0;  // of the first row; 0 before its end
  row row_;
  std::string cell_;
  std::optional<parse_error> error_;
};

}  // namespace eddy::csv
