// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <eddy/codec/html.hpp>

namespace eddy::app {

/// Turns a page into rows, as told by selectors: one row for every match of the row selector, one
/// column for every field, and the page's address last.
class extraction {
 public:
  struct row {
    std::vector<std::string> values;  ///< one a column
    bool incomplete = false;          ///< a field matched nothing
  };

  /// `row`: a CSS selector; empty: the whole page is one row. `fields`:
  /// `name=CSS[@attribute][|filter]…`, where the filters are `trim` and `number` (the first number
  /// in the text, without thousands separators). A field's CSS is looked for within its row.
  /// Errors: throws `usage_error` that names the field and what is wrong with it.
  extraction(const std::string& row, const std::vector<std::string>& fields);

  [[nodiscard]] std::vector<std::string> columns() const;
  [[nodiscard]] std::vector<row> rows_of(const html::document& page,
                                         const std::string& page_url) const;

 private:
  enum class filter { trim, number };
  struct field {
    std::string name;
    html::selector selector;
    std::string attribute;  // empty: the text
    std::vector<filter> filters;
  };

  static field parse_field(const std::string& spec);
  static filter parse_filter(std::string_view name, const std::string& spec);
  static std::string apply(filter f, std::string value);
  static bool extract(const field& f, const html::element& within, std::string& value);

  html::selector row_;
  std::vector<field> fields_;
};

}  // namespace eddy::app
