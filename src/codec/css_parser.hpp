// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "css_selector.hpp"

namespace eddy::html::detail {

/// Reads one text as a list of selectors. Every function throws `selector_error` at the place that
/// it does not understand.
class css_parser {
 public:
  explicit css_parser(std::string_view css) : css_(css) {}

  selector_list parse();

 private:
  complex_selector parse_complex();
  combinator parse_combinator();
  compound parse_compound();
  simple_test parse_simple();
  attribute_test parse_attribute();
  attribute_operator parse_operator();
  void parse_pseudo_class(compound& into);
  void parse_function(const std::string& name, std::size_t at, compound& into);
  any_test parse_choices(bool negated);
  position_test parse_position(bool from_end, bool of_type);

  std::string parse_identifier(std::string_view what);
  std::string parse_string();
  void append_escaped(std::string& out);

  [[nodiscard]] bool at_end() const noexcept { return position_ == css_.size(); }
  [[nodiscard]] char peek() const noexcept { return at_end() ? '\0' : css_[position_]; }
  [[nodiscard]] bool starts_compound() const noexcept;
  bool skip(char c) noexcept;
  bool skip_blanks() noexcept;
  void expect(char c, std::string_view after);
  [[noreturn]] void fail(std::string_view problem) const { fail_at(position_, problem); }
  [[noreturn]] void fail_at(std::size_t position, std::string_view problem) const;

  std::string_view css_;
  std::size_t position_ = 0;
  int nesting_ = 0;  // of :is() and :not()
};

}  // namespace eddy::html::detail
