// SPDX-License-Identifier: MIT
// Writes CSV, and reads it in pieces.
#include <array>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/codec/csv.hpp>

namespace csv = eddy::csv;

namespace {

// snippet: write
std::string price_list() {
  constexpr std::array<std::string_view, 2> header = {"name", "price"};
  constexpr std::array<std::string_view, 2> lamp = {R"(lamp, "brass")", "24.90"};
  std::string text;
  csv::append_row(text, header);
  csv::append_row(text, lamp);  // quoted where it must be
  return text;
}
// end snippet

// snippet: read
void read(std::string_view text) {
  csv::reader reader({.max_row_bytes = 1000});
  std::vector<csv::row> rows;
  auto result = reader.push(text.substr(0, 10), rows);  // wherever the pieces are cut
  if (result) result = reader.push(text.substr(10), rows);
  if (result) result = reader.finish(rows);
  for (const csv::row& row : rows) std::cout << row.at(0) << " | " << row.at(1) << '\n';
  if (!result) {
    const csv::parse_error& error = result.error();
    std::cout << error.message() << '\n';
  }
}
// end snippet

}  // namespace

int main() {
  const std::string text = price_list();
  std::cout << text;
  read(text);
  read(text + "a chair\n");
}
