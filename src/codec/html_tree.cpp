// SPDX-License-Identifier: MIT
#include "html_tree.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include <fmt/format.h>

#include "ascii.hpp"
#include "html_tree_builder.hpp"
#include "modest_bridge.h"

namespace eddy::html::detail {
namespace {

// Far above what pages use. The parser looks a name that HTML does not have up in a list, and its
// table of them overflows at 131,072.
constexpr std::size_t max_unknown_names = 1'000;

// Attributes may take this many times the bytes that the page may have: names and values are kept
// with about a hundred bytes around them, and repeated where the parser repeats an element.
constexpr std::size_t attribute_share = 8;

std::string problem_of(modest_status status, const limits& limits) {
  switch (status) {
    case modest_ok:
      break;
    case modest_too_deep:
      return fmt::format("the page has more than {} elements inside one another", limits.max_depth);
    case modest_too_many_nodes:
      return fmt::format("the page has more than {} elements and texts", limits.max_nodes);
    case modest_too_many_attributes:
      return fmt::format("the page's attributes take more than {} bytes",
                         limits.max_bytes * attribute_share);
    case modest_too_many_names:
      return fmt::format("the page has more than {} names of elements that HTML does not know",
                         max_unknown_names);
    case modest_no_memory:
      throw std::bad_alloc();
  }
  std::unreachable();
}

struct destroy_page {
  void operator()(modest_page* page) const noexcept { modest_destroy(page); }
};

std::string_view view(modest_text text) noexcept {
  return text.size == 0 ? std::string_view() : std::string_view(text.data, text.size);
}

// False where the page is deeper than it seemed while it was parsed: elements may be moved into
// others later.
bool build(modest_page& page, const limits& limits, tree_builder& builder) {
  modest_node node;
  while (modest_next(&page, &node)) {
    if (node.is_text) {
      builder.add_text(view(node.text), node.depth);
      continue;
    }
    if (node.depth > limits.max_depth) return false;
    builder.open(view(node.text), node.depth);
    if (node.is_html && view(node.text) == "title") builder.mark_title();
    modest_text name;
    modest_text value;
    while (modest_next_attribute(&page, &name, &value)) {
      builder.add_attribute(view(name), view(value));
    }
  }
  return true;
}

}  // namespace

std::expected<std::unique_ptr<const tree>, parse_error> parse_tree(std::string_view bytes,
                                                                   const limits& limits) {
  if (bytes.empty()) bytes = "";  // never null
  if (bytes.size() > limits.max_bytes) {
    return std::unexpected(parse_error(
        fmt::format("the page has {} bytes; the limit is {}", bytes.size(), limits.max_bytes)));
  }
  const modest_limits parser_limits{
      .depth = limits.max_depth,
      .nodes = std::min<std::size_t>(limits.max_nodes, no_element - 1),
      .attribute_bytes = limits.max_bytes * attribute_share,
      .unknown_names = max_unknown_names};
  modest_page* parsed = nullptr;
  const modest_status status = modest_parse(bytes.data(), bytes.size(), &parser_limits, &parsed);
  const std::unique_ptr<modest_page, destroy_page> page(parsed);
  if (status != modest_ok) return std::unexpected(parse_error(problem_of(status, limits)));

  tree_builder builder;
  if (!build(*page, limits, builder)) {
    return std::unexpected(parse_error(problem_of(modest_too_deep, limits)));
  }
  return std::make_unique<const tree>(std::move(builder).finish());
}

std::optional<std::string_view> tree::attribute(const tree_element& of,
                                                std::string_view name) const noexcept {
  for (auto i = of.attributes_begin; i < of.attributes_end; ++i) {
    if (eddy::detail::equal_ignoring_case(attributes[i].name.of(attribute_text), name)) {
      return attributes[i].value.of(attribute_text);
    }
  }
  return std::nullopt;
}

std::string text_of(const tree& page, element_index index) {
  const tree_element& around = page.elements[index];
  std::string out;
  auto from = around.text.begin;
  const auto append_up_to = [&](std::size_t to) {
    auto piece = text_range{from, to}.of(page.text);
    if (out.empty() || out.back() == ' ') piece.remove_prefix(piece.starts_with(' ') ? 1 : 0);
    out += piece;
  };
  for (element_index i = index + 1; i < around.end;) {
    const tree_element& inside = page.elements[i];
    if (page.names[inside.name].is_hidden) {
      append_up_to(inside.text.begin);
      from = inside.text.end;
      i = inside.end;
    } else {
      ++i;
    }
  }
  append_up_to(around.text.end);
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

}  // namespace eddy::html::detail
