// SPDX-License-Identifier: MIT
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <eddy/codec/csv.hpp>

namespace eddy::csv {
namespace {

using rows = std::vector<row>;

std::string written(std::initializer_list<std::string_view> cells) {
  std::string out;
  append_row(out, std::vector(cells));
  return out;
}

struct outcome {
  csv::rows rows;
  std::string error;

  friend bool operator==(const outcome&, const outcome&) = default;
};

outcome read_in_pieces(std::string_view text, std::size_t piece, limits limits = {}) {
  outcome result;
  reader reader(limits);
  const auto note = [&](const auto& status) {
    if (!status) result.error = status.error().message();
  };
  for (std::size_t i = 0; i < text.size(); i += piece) {
    note(reader.push(text.substr(i, piece), result.rows));
  }
  note(reader.finish(result.rows));
  return result;
}

outcome read(std::string_view text) {
  auto whole = read_in_pieces(text, text.size() + 1);
  for (const std::size_t piece : {1U, 2U, 3U, 7U}) {
    EXPECT_EQ(read_in_pieces(text, piece), whole) << "in pieces of " << piece;
  }
  return whole;
}

rows rows_of(std::string_view text) {
  const auto [rows, error] = read(text);
  EXPECT_EQ(error, "");
  return rows;
}

std::string error_of(std::string_view text) { return read(text).error; }

TEST(csv_append_row, quotes_only_what_needs_it) {
  EXPECT_EQ(written({"name", "12.50", " two words "}), "name,12.50, two words \n");
  EXPECT_EQ(written({"a,b", "say \"hi\"", "two\nlines", "\r"}),
            "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"\r\"\n");
  EXPECT_EQ(written({"", ""}), ",\n");
}

TEST(csv_append_row, a_lone_empty_cell_is_not_an_empty_line) { EXPECT_EQ(written({""}), "\"\"\n"); }

TEST(csv_append_row, a_cell_that_starts_with_a_byte_order_mark_keeps_it) {
  EXPECT_EQ(rows_of(written({"\uFEFFa", "b"})), (rows{{"\uFEFFa", "b"}}));
}

TEST(csv_reader, reads_back_what_was_written) {
  const rows cells{{"a", "b,c", ""}, {"\"", "\n", "\r\n"}, {"", "", " "}, {"é", "x\"y", "z"}};
  std::string text;
  for (const row& r : cells) append_row(text, std::vector<std::string_view>(r.begin(), r.end()));
  EXPECT_EQ(rows_of(text), cells);
}

TEST(csv_reader, lines_may_end_either_way_and_the_last_one_not_at_all) {
  const rows expected{{"a", "b"}, {"c", "d"}};
  EXPECT_EQ(rows_of("a,b\nc,d\n"), expected);
  EXPECT_EQ(rows_of("a,b\r\nc,d\r\n"), expected);
  EXPECT_EQ(rows_of("a,b\nc,d"), expected);
  EXPECT_EQ(rows_of("a,b\nc,\"d\""), expected);
  EXPECT_EQ(rows_of("a,b\n\"c\",\"d\"\r\n"), expected);
}

TEST(csv_reader, nothing_has_no_rows_and_an_empty_last_cell_is_a_cell) {
  EXPECT_EQ(rows_of(""), rows{});
  EXPECT_EQ(rows_of("a,b\nc,"), (rows{{"a", "b"}, {"c", ""}}));
  EXPECT_EQ(rows_of("a\n\nb\n"), (rows{{"a"}, {""}, {"b"}}));
}

TEST(csv_reader, a_byte_order_mark_is_skipped_at_the_start_only) {
  EXPECT_EQ(rows_of("\uFEFFa,b\n\uFEFFc,d\n"), (rows{{"a", "b"}, {"\uFEFFc", "d"}}));
  EXPECT_EQ(rows_of("\uFEFF\"a\",b\n"), (rows{{"a", "b"}}));
  EXPECT_EQ(rows_of("\xEF\xBB"
                    "a\n"),
            (rows{{"\xEF\xBB"
                   "a"}}));
}

TEST(csv_reader, a_row_with_another_number_of_cells_is_an_error_at_its_start) {
  EXPECT_EQ(error_of("a,b\n\"x\ny\",1\nc\n"),
            "line 4, column 1: the row that starts here has 1 cells, the first row has 2");
  EXPECT_EQ(error_of("a,b\n1,2,3"),
            "line 2, column 1: the row that starts here has 3 cells, the first row has 2");
  EXPECT_EQ(error_of("a,b\n\n"),
            "line 2, column 1: the row that starts here has 1 cells, the first row has 2");
}

TEST(csv_reader, the_rows_before_an_error_are_handed_out) {
  EXPECT_EQ(read("a\nb\nc\"\nd\n").rows, (rows{{"a"}, {"b"}}));
}

TEST(csv_reader, a_quote_in_the_wrong_place_is_an_error_there) {
  EXPECT_EQ(error_of("a,b\nc,d\"e\n"),
            "line 2, column 4: a quote inside a cell that does not start with one; quote the cell, "
            "double the quote");
  EXPECT_EQ(
      error_of("\"a\"b\n"),
      "line 1, column 4: after a closing quote only a comma or a line end may follow; a quote "
      "inside a cell is doubled");
  EXPECT_EQ(error_of("a\n  \"b\"\n"),
            "line 2, column 3: a quote inside a cell that does not start with one; quote the cell, "
            "double the quote");
}

TEST(csv_reader, a_quote_that_is_never_closed_is_an_error_where_it_opens) {
  EXPECT_EQ(error_of("a,b\nc,\"d\ne\n"), "line 2, column 3: this quote is never closed");
}

TEST(csv_reader, a_lone_carriage_return_is_an_error) {
  EXPECT_EQ(error_of("a\rb\n"),
            "line 1, column 3: a CR must be followed by a LF, or its cell quoted");
  EXPECT_EQ(error_of("a\r"), "line 1, column 3: a CR must be followed by a LF, or its cell quoted");
}

TEST(csv_reader, a_row_beyond_the_limit_is_an_error_and_memory_stays_bounded) {
  const limits small{.max_row_bytes = 4};
  EXPECT_EQ(read_in_pieces("abc\nabc\n", 3, small).error, "");
  EXPECT_EQ(read_in_pieces("abc\nabcd\n", 3, small).error,
            "line 2, column 1: the row that starts here is longer than 4 bytes; is a quote not "
            "closed?");
}

TEST(csv_reader, an_error_stays) {
  reader reader;
  rows rows;
  ASSERT_FALSE(reader.push("a\"", rows).has_value());
  const auto again = reader.push("\nb\n", rows);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().line(), 1U);
  EXPECT_EQ(again.error().column(), 2U);
  EXPECT_FALSE(reader.finish(rows).has_value());
  EXPECT_TRUE(rows.empty());
}

}  // namespace
}  // namespace eddy::csv
