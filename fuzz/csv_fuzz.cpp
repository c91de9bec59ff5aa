// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include <eddy/codec/csv.hpp>

#include "splits.hpp"

using namespace eddy;

namespace {

struct result {
  std::vector<csv::row> rows;
  std::string error;

  friend bool operator==(const result&, const result&) = default;
};

result read(const std::vector<std::string_view>& pieces) {
  result result;
  csv::reader reader({.max_row_bytes = 1000});
  const auto note = [&](const std::expected<void, csv::parse_error>& outcome) {
    if (!outcome) result.error = outcome.error().message();
  };
  for (const auto piece : pieces) note(reader.push(piece, result.rows));
  note(reader.finish(result.rows));
  return result;
}

std::string write(const std::vector<csv::row>& rows) {
  std::string text;
  for (const csv::row& row : rows) {
    csv::append_row(text, std::vector<std::string_view>(row.begin(), row.end()));
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::as_text(data, size);
  const result whole = read({text});
  for (const auto& pieces : fuzz::splits(text)) {
    fuzz::require(read(pieces) == whole, "the result does not depend on how the input is cut");
  }
  for (const csv::row& row : whole.rows) {
    fuzz::require(row.size() == whole.rows.front().size(), "all rows have as many cells");
  }

  const auto halves = text.substr(0, size / 2);
  const std::vector<csv::row> cells{{std::string(halves)}, {std::string(text.substr(size / 2))}};
  for (const auto& rows : {whole.rows, cells}) {
    csv::reader reader;
    std::vector<csv::row> again;
    fuzz::require(reader.push(write(rows), again).has_value() && reader.finish(again).has_value(),
                  "what was written can be read");
    fuzz::require(again == rows, "and is the same");
  }
  return 0;
}
