// SPDX-License-Identifier: MIT
#include "scrape/output.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include <eddy/codec/csv.hpp>
#include <eddy/codec/json.hpp>
#include <eddy/core/error.hpp>

#include "errors.hpp"

namespace eddy::app {

void row_output::close_file::operator()(std::FILE* f) const noexcept {
  if (f == stdout) {
    std::fflush(f);
  } else {
    std::fclose(f);
  }
}

row_output::format row_output::format_of(const std::string& target) {
  if (target == "-" || target.ends_with(".jsonl")) return format::jsonl;
  if (target.ends_with(".csv")) return format::csv;
  throw usage_error(fmt::format("-o {}: the name must end in .csv or .jsonl, or be `-`", target));
}

row_output::row_output(std::string target, std::vector<std::string> columns, bool overwrite)
    : target_(std::move(target)), columns_(std::move(columns)), format_(format_of(target_)) {
  if (target_ == "-") {
    file_.reset(stdout);
  } else {
    // "x": creating and checking in one step, so that two programs cannot both think it is theirs.
    file_.reset(std::fopen(target_.c_str(), overwrite ? "we" : "wxe"));
    if (!file_) {
      const int error = errno;
      throw usage_error(
          error == EEXIST ? fmt::format("-o {}: the file exists; --overwrite replaces it", target_)
                          : fmt::format("-o {}: cannot open it for writing: {}", target_,
                                        std::strerror(error)));
    }
  }
  if (format_ == format::csv) {
    const std::vector<std::string_view> names(columns_.begin(), columns_.end());
    csv::append_row(line_, names);
    put(std::exchange(line_, {}));
  }
}

void row_output::write(std::span<const std::string> values) {
  line_.clear();
  if (format_ == format::csv) {
    const std::vector<std::string_view> cells(values.begin(), values.end());
    csv::append_row(line_, cells);
  } else {
    std::vector<std::pair<std::string_view, std::string_view>> members;
    members.reserve(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) members.emplace_back(columns_[i], values[i]);
    json::append_object(line_, members);
    line_ += '\n';
  }
  put(line_);
}

void row_output::put(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) {
    throw io_error(errno, "write " + target_);
  }
}

void row_output::finish() {
  if (std::fflush(file_.get()) != 0) throw io_error(errno, "write " + target_);
}

void row_output::discard() noexcept {
  if (file_.get() != stdout) ::unlink(target_.c_str());
}

}  // namespace eddy::app
