// SPDX-License-Identifier: MIT
#include <eddy/codec/csv.hpp>

#include <utility>

#include <fmt/format.h>

namespace eddy::csv {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

void append_cell(std::string& out, std::string_view cell) {
  const bool plain = cell.find_first_of(",\"\r\n") == std::string_view::npos;
  // At the start of a file a reader would take the cell's own mark for the file's.
  if (plain && !cell.starts_with(byte_order_mark)) {
    out += cell;
    return;
  }
  out += '"';
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace

void append_row(std::string& out, std::span<const std::string_view> cells) {
  if (cells.size() == 1 && cells.front().empty()) {
    out += "\"\"\n";  // not an empty line, which some readers skip
    return;
  }
  append_cell(out, cells.front());
  for (const std::string_view cell : cells.subspan(1)) {
    out += ',';
    append_cell(out, cell);
  }
  out += '\n';
}

parse_error::parse_error(std::size_t line, std::size_t column, std::string_view problem)
    : line_(line),
      column_(column),
      message_(fmt::format("line {}, column {}: {}", line, column, problem)) {}

std::expected<void, parse_error> reader::push(std::string_view piece, std::vector<row>& rows) {
  for (const char c : piece) {
    if (error_) break;
    read(c, rows);
  }
  if (error_) return std::unexpected(*error_);
  return {};
}

std::expected<void, parse_error> reader::finish(std::vector<row>& rows) {
  if (!error_) {
    if (state_ == state::quoted) {
      fail_at(quote_line_, quote_column_, "this quote is never closed");
    } else if (state_ == state::carriage) {
      fail("a CR must be followed by a LF, or its cell quoted");
    } else if (state_ != state::line_start) {
      end_row(rows);
    }
  }
  if (error_) return std::unexpected(*error_);
  return {};
}

void reader::read(char c, std::vector<row>& rows) {
  if (++row_bytes_ > limits_.max_row_bytes) {
    return fail_at(row_line_, 1,
                   fmt::format("the row that starts here is longer than {} bytes; is a quote not "
                               "closed?",
                               limits_.max_row_bytes));
  }
  switch (state_) {
    case state::line_start:
    case state::cell_start:
    case state::plain:
      read_plain(c, rows);
      break;
    case state::quoted:
      if (c == '"') {
        state_ = state::quote_seen;
      } else {
        cell_ += c;
      }
      break;
    case state::quote_seen:
      read_after_quote(c, rows);
      break;
    case state::carriage:
      if (c != '\n') return fail("a CR must be followed by a LF, or its cell quoted");
      end_row(rows);
      break;
  }
  if (c == '\n') {
    ++line_;
    column_ = 1;
  } else {
    ++column_;
  }
  if (state_ == state::line_start) row_line_ = line_;
}

void reader::read_plain(char c, std::vector<row>& rows) {
  if (read_separator(c, rows)) return;
  if (c == '"') return open_quote();
  cell_ += c;
  state_ = state::plain;
}

void reader::read_after_quote(char c, std::vector<row>& rows) {
  if (read_separator(c, rows)) return;
  if (c != '"') {
    return fail(
        "after a closing quote only a comma or a line end may follow; a quote inside a cell is "
        "doubled");
  }
  cell_ += c;
  state_ = state::quoted;
}

bool reader::read_separator(char c, std::vector<row>& rows) {
  switch (c) {
    case ',':
      end_cell();
      return true;
    case '\n':
      end_row(rows);
      return true;
    case '\r':
      state_ = state::carriage;
      return true;
    default:
      return false;
  }
}

void reader::open_quote() {
  if (mark_possible_ && cell_ == byte_order_mark) cell_.clear();
  if (!cell_.empty()) {
    return fail(
        "a quote inside a cell that does not start with one; quote the cell, double the "
        "quote");
  }
  mark_possible_ = false;
  state_ = state::quoted;
  quote_line_ = line_;
  quote_column_ = column_;
}

void reader::end_cell() {
  if (mark_possible_ && cell_.starts_with(byte_order_mark)) cell_.erase(0, byte_order_mark.size());
  mark_possible_ = false;
  row_.push_back(std::exchange(cell_, {}));
  state_ = state::cell_start;
}

void reader::end_row(std::vector<row>& rows) {
  end_cell();
  if (columns_ == 0) columns_ = row_.size();
  if (row_.size() != columns_) {
    return fail_at(row_line_, 1,
                   fmt::format("the row that starts here has {} cells, the first row has {}",
                               row_.size(), columns_));
  }
  rows.push_back(std::exchange(row_, {}));
  row_bytes_ = 0;
  state_ = state::line_start;
}

void reader::fail_at(std::size_t line, std::size_t column, std::string_view problem) {
  error_.emplace(line, column, problem);
}

}  // namespace eddy::csv
