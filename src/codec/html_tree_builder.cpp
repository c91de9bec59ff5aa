// SPDX-License-Identifier: MIT
#include "html_tree_builder.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace eddy::html::detail {
namespace {

constexpr bool is_space(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

// In alphabetical order.
constexpr auto blocks = std::to_array<std::string_view>(
    {"address",  "article",    "aside",   "blockquote", "body",   "br",       "button", "caption",
     "center",   "dd",         "details", "dialog",     "dir",    "div",      "dl",     "dt",
     "fieldset", "figcaption", "figure",  "footer",     "form",   "frameset", "h1",     "h2",
     "h3",       "h4",         "h5",      "h6",         "head",   "header",   "hgroup", "hr",
     "html",     "iframe",     "legend",  "li",         "main",   "menu",     "nav",    "ol",
     "optgroup", "option",     "p",       "pre",        "search", "section",  "select", "summary",
     "table",    "tbody",      "td",      "textarea",   "tfoot",  "th",       "thead",  "title",
     "tr",       "ul"});
static_assert(std::ranges::is_sorted(blocks));

bool is_hidden(std::string_view name) noexcept {
  return name == "script" || name == "style" || name == "template";
}

}  // namespace

void tree_builder::open(std::string_view name, std::size_t depth) {
  close_until(depth - 1);
  const auto index = static_cast<element_index>(tree_.elements.size());
  tree_element made{.name = name_index(name)};
  if (!open_.empty()) {
    made.parent = open_.back();
    made.previous = std::exchange(last_child_.back(), index);
    made.position = ++tree_.elements[made.parent].children;
  }
  if (tree_.names[made.name].is_block) append_space();
  made.text.begin = tree_.text.size();
  made.attributes_begin = made.attributes_end = tree_.attributes.size();
  tree_.elements.push_back(made);
  open_.push_back(index);
  last_child_.push_back(no_element);
}

void tree_builder::close_until(std::size_t depth) {
  while (open_.size() > depth) {
    tree_element& closed = tree_.elements[open_.back()];
    closed.end = static_cast<element_index>(tree_.elements.size());
    closed.text.end = tree_.text.size();
    if (tree_.names[closed.name].is_block) append_space();
    open_.pop_back();
    last_child_.pop_back();
  }
}

void tree_builder::add_attribute(std::string_view name, std::string_view value) {
  tree_.attributes.push_back({append_attribute_text(name), append_attribute_text(value)});
  tree_.elements.back().attributes_end = tree_.attributes.size();
}

void tree_builder::add_text(std::string_view text, std::size_t depth) {
  close_until(depth - 1);
  for (const char c : text) {
    if (is_space(c)) {
      append_space();
    } else {
      tree_.text += c;
    }
  }
}

void tree_builder::mark_title() {
  if (tree_.title == no_element) tree_.title = open_.back();
}

tree tree_builder::finish() && {
  // The parser makes none of a page that ends inside its first tag, if that is an end tag.
  if (tree_.elements.empty()) open("html", 1);
  close_until(0);
  count_types();
  return std::move(tree_);
}

void tree_builder::append_space() {
  if (!tree_.text.empty() && tree_.text.back() != ' ') tree_.text += ' ';
}

text_range tree_builder::append_attribute_text(std::string_view text) {
  const auto begin = tree_.attribute_text.size();
  tree_.attribute_text += text;
  return {begin, tree_.attribute_text.size()};
}

std::uint32_t tree_builder::name_index(std::string_view name) {
  const auto [entry, added] =
      name_indexes_.try_emplace(std::string(name), static_cast<std::uint32_t>(tree_.names.size()));
  if (added) {
    tree_.names.push_back(
        {std::string(name), std::ranges::binary_search(blocks, name), is_hidden(name)});
  }
  return entry->second;
}

void tree_builder::count_types() {
  std::unordered_map<std::uint64_t, std::uint32_t> counts;
  const auto count_of = [&](const tree_element& e) -> std::uint32_t& {
    return counts[std::uint64_t{e.parent} << 32U | e.name];
  };
  for (tree_element& e : tree_.elements) e.type_position = ++count_of(e);
  for (tree_element& e : tree_.elements) e.same_type = count_of(e);
}

}  // namespace eddy::html::detail
