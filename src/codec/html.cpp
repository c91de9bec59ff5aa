// SPDX-License-Identifier: MIT
#include <eddy/codec/html.hpp>

#include "css_matcher.hpp"
#include "html_tree.hpp"

namespace eddy::html {

std::string_view element::name() const { return tree_->names[tree_->elements[index_].name].text; }

std::string element::text() const { return detail::text_of(*tree_, index_); }

std::optional<std::string> element::attribute(std::string_view name) const {
  const auto value = tree_->attribute(tree_->elements[index_], name);
  return value ? std::optional<std::string>(*value) : std::nullopt;
}

std::vector<element> element::select(const selector& what) const {
  std::vector<element> found;
  for (const auto index : detail::matches_inside(*tree_, index_, *what.list_)) {
    found.push_back({*tree_, index});
  }
  return found;
}

std::expected<document, parse_error> document::parse(std::string_view bytes, limits limits) {
  auto tree = detail::parse_tree(bytes, limits);
  if (!tree) return std::unexpected(std::move(tree.error()));
  return document(std::move(*tree));
}

document::document(std::unique_ptr<const detail::tree> tree) : tree_(std::move(tree)) {}
document::document(document&&) noexcept = default;
document& document::operator=(document&&) noexcept = default;
document::~document() = default;

std::vector<element> document::select(const selector& what) const {
  std::vector<element> found;
  for (const auto index : detail::matches_in_document(*tree_, *what.list_)) {
    found.push_back({*tree_, index});
  }
  return found;
}

std::string document::title() const {
  return tree_->title == detail::no_element ? std::string() : detail::text_of(*tree_, tree_->title);
}

}  // namespace eddy::html
