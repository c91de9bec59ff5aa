// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "html_tree.hpp"

namespace eddy::html::detail {

/// Makes a tree from what a parser finds, in the order of the document.
class tree_builder {
 public:
  /// An element inside as many others as `depth` says, less one; it ends where one of at most its
  /// depth begins.
  void open(std::string_view name, std::size_t depth);
  /// An attribute of the element opened last.
  void add_attribute(std::string_view name, std::string_view value);
  void add_text(std::string_view text, std::size_t depth);
  /// Says that the element opened last is the document's title, unless there is one already.
  void mark_title();
  tree finish() &&;

 private:
  void close_until(std::size_t depth);
  void append_space();
  text_range append_attribute_text(std::string_view text);
  std::uint32_t name_index(std::string_view name);
  void count_types();

  tree tree_;
  std::vector<element_index> open_;
  std::vector<element_index> last_child_;  // of the open element with the same index
  std::unordered_map<std::string, std::uint32_t> name_indexes_;
};

}  // namespace eddy::html::detail
