// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/codec/html.hpp>

namespace eddy::html::detail {

using element_index = std::uint32_t;
inline constexpr element_index no_element = std::numeric_limits<element_index>::max();

struct text_range {
  std::size_t begin = 0;
  std::size_t end = 0;

  [[nodiscard]] std::string_view of(const std::string& text) const noexcept {
    return std::string_view(text).substr(begin, end - begin);
  }
};

struct tree_name {
  std::string text;
  bool is_block;   // its borders separate words
  bool is_hidden;  // its text is not the page's text
};

struct tree_attribute {
  text_range name;
  text_range value;
};

struct tree_element {
  std::uint32_t name = 0;
  element_index parent = no_element;
  element_index previous = no_element;  // the element before it in the same parent
  element_index end = 0;  // the elements inside are those from its own index + 1 to here
  std::uint32_t children = 0;
  // From 1, among the elements in the same parent; and among those of the same name.
  std::uint32_t position = 1;
  std::uint32_t type_position = 1;
  std::uint32_t same_type = 1;  // how many those are
  std::size_t attributes_begin = 0;
  std::size_t attributes_end = 0;
  text_range text = {};
};

/// A page as flat arrays: the elements in the order of the document, so that what is inside an
/// element is a range, and so is its text. Nothing needs recursion, be the page as deep as it may.
struct tree {
  std::vector<tree_name> names;
  std::vector<tree_element> elements;  // the first is `html`
  std::vector<tree_attribute> attributes;
  std::string attribute_text;
  std::string text;  // of all texts, white space collapsed
  element_index title = no_element;

  [[nodiscard]] std::optional<std::string_view> attribute(const tree_element& of,
                                                          std::string_view name) const noexcept;

  /// How many elements have the same parent, itself included.
  [[nodiscard]] std::uint32_t siblings(const tree_element& of) const noexcept {
    return of.parent == no_element ? 1 : elements[of.parent].children;
  }
};

[[nodiscard]] std::expected<std::unique_ptr<const tree>, parse_error> parse_tree(
    std::string_view bytes, const limits& limits);

/// Trimmed, without what hidden elements inside it say.
[[nodiscard]] std::string text_of(const tree& page, element_index index);

}  // namespace eddy::html::detail
