// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace eddy::app {

/// Where rows go: a CSV or JSON Lines file, or standard output (as JSON Lines).
class row_output {
 public:
  /// `target`: FILE.csv, FILE.jsonl or `-`. A CSV file begins with the column names.
  /// Errors: throws `usage_error` for another ending, a file that exists (unless `overwrite`) and
  /// one that cannot be opened.
  row_output(std::string target, std::vector<std::string> columns, bool overwrite);
  row_output(const row_output&) = delete;
  row_output& operator=(const row_output&) = delete;

  /// Adds a row with one value a column. Errors: throws `eddy::io_error` when the disk does not
  /// take it.
  void write(std::span<const std::string> values);

  /// Writes out what is buffered. Errors: as `write`. Without it the destructor tries, and is
  /// silent.
  void finish();

  /// Removes the file: nothing was worth writing, and it would be in the way of the next try.
  void discard() noexcept;

  [[nodiscard]] const std::string& target() const noexcept { return target_; }

 private:
  enum class format { csv, jsonl };
  struct close_file {
    void operator()(std::FILE* f) const noexcept;
  };

  static format format_of(const std::string& target);
  void put(std::string_view text);

  std::string target_;
  std::vector<std::string> columns_;
  format format_;
  std::unique_ptr<std::FILE, close_file> file_;
  std::string line_;
};

}  // namespace eddy::app
