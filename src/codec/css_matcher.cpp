// SPDX-License-Identifier: MIT
#include "css_matcher.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <variant>

#include "ascii.hpp"

// A selector is matched step by step, not element by element: from the set of elements that match a
// step follows, in one pass in the order of the document, the set where the next one may match. The
// time is elements × steps, also for selectors that make a backtracking matcher slow.

namespace eddy::html::detail {
namespace {

bool equal(std::string_view a, std::string_view b, bool ignore_case) noexcept {
  return ignore_case ? eddy::detail::equal_ignoring_case(a, b) : a == b;
}

bool has_word(std::string_view text, std::string_view word, bool ignore_case) noexcept {
  constexpr std::string_view blanks = " \t\n\r\f";
  for (;;) {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    if (text.empty()) return false;
    const auto end = std::min(text.find_first_of(blanks), text.size());
    if (equal(text.substr(0, end), word, ignore_case)) return true;
    text.remove_prefix(end);
  }
}

bool contains(std::string_view text, std::string_view part, bool ignore_case) noexcept {
  const auto same = [ignore_case](char a, char b) {
    return ignore_case ? eddy::detail::to_lower(a) == eddy::detail::to_lower(b) : a == b;
  };
  return std::ranges::search(text, part, same).begin() != text.end();
}

bool value_matches(const attribute_test& test, std::string_view value) noexcept {
  const std::string_view wanted = test.value;
  const bool fits = value.size() >= wanted.size();
  const bool i = test.ignore_case;
  switch (test.op) {
    case attribute_operator::exists:
      return true;
    case attribute_operator::equals:
      return equal(value, wanted, i);
    case attribute_operator::word:
      return has_word(value, wanted, i);
    case attribute_operator::dash:
      return fits && equal(value.substr(0, wanted.size()), wanted, i) &&
             (value.size() == wanted.size() || value[wanted.size()] == '-');
    // As the standard has it, these three find nothing where nothing is looked for.
    case attribute_operator::prefix:
      return !wanted.empty() && fits && equal(value.substr(0, wanted.size()), wanted, i);
    case attribute_operator::suffix:
      return !wanted.empty() && fits &&
             equal(value.substr(value.size() - wanted.size()), wanted, i);
    case attribute_operator::substring:
      return !wanted.empty() && contains(value, wanted, i);
  }
  return false;
}

class matcher {
 public:
  /// Looks at `scope` and what is inside it.
  matcher(const tree& page, element_index scope)
      : page_(page), scope_(scope), end_(page.elements[scope].end) {}

  /// 1 for each element that matches, from the scope on.
  std::vector<std::uint8_t> run(const complex_selector& selector) const;

 private:
  using element_set = std::vector<std::uint8_t>;

  element_set reachable(const element_set& matched, combinator by) const;
  bool matches(const compound& what, element_index index) const;
  bool test(const type_test& wanted, element_index index) const;
  bool test(const attribute_test& wanted, element_index index) const;
  bool test(const position_test& wanted, element_index index) const;
  bool test(state_test wanted, element_index index) const;
  bool test(const any_test& wanted, element_index index) const;

  const tree& page_;
  element_index scope_;
  element_index end_;
};

std::vector<std::uint8_t> matcher::run(const complex_selector& selector) const {
  element_set matched(end_ - scope_, 1);
  for (const step& next : selector.steps) {
    if (next.from != combinator::none) matched = reachable(matched, next.from);
    for (element_index i = scope_; i < end_; ++i) {
      auto& candidate = matched[i - scope_];
      candidate = candidate != 0 && matches(next.what, i);
    }
  }
  return matched;
}

matcher::element_set matcher::reachable(const element_set& matched, combinator by) const {
  element_set reached(matched.size(), 0);
  const bool is_sibling = by == combinator::next || by == combinator::following;
  const bool is_far = by == combinator::descendant || by == combinator::following;
  // The scope itself is left out: what it would be reached from lies outside.
  for (element_index i = scope_ + 1; i < end_; ++i) {
    const tree_element& here = page_.elements[i];
    const element_index from = is_sibling ? here.previous : here.parent;
    if (from == no_element) continue;
    reached[i - scope_] = matched[from - scope_] | (is_far ? reached[from - scope_] : 0);
  }
  return reached;
}

bool matcher::matches(const compound& what, element_index index) const {
  return std::ranges::all_of(what.tests, [&](const simple_test& one) {
    return std::visit([&](const auto& wanted) { return test(wanted, index); }, one);
  });
}

bool matcher::test(const type_test& wanted, element_index index) const {
  const tree_name& name = page_.names[page_.elements[index].name];
  return eddy::detail::equal_ignoring_case(name.text, wanted.name);
}

bool matcher::test(const attribute_test& wanted, element_index index) const {
  const auto value = page_.attribute(page_.elements[index], wanted.name);
  return value && value_matches(wanted, *value);
}

bool matcher::test(const position_test& wanted, element_index index) const {
  const tree_element& here = page_.elements[index];
  std::int64_t position = wanted.of_type ? here.type_position : here.position;
  if (wanted.from_end) {
    position = (wanted.of_type ? here.same_type : page_.siblings(here)) + 1 - position;
  }
  const std::int64_t beyond = position - wanted.offset;
  if (wanted.step == 0) return beyond == 0;
  return beyond % wanted.step == 0 && beyond / wanted.step >= 0;
}

bool matcher::test(state_test wanted, element_index index) const {
  const tree_element& here = page_.elements[index];
  switch (wanted) {
    case state_test::empty: {
      const auto text = here.text.of(page_.text);
      return here.children == 0 && (text.empty() || text == " ");
    }
    case state_test::root:
      return index == 0;
    case state_test::scope:
      return index == scope_;
  }
  return false;
}

bool matcher::test(const any_test& wanted, element_index index) const {
  const bool any = std::ranges::any_of(
      wanted.choices, [&](const compound& choice) { return matches(choice, index); });
  return any != wanted.negated;
}

std::vector<element_index> find(const tree& page, element_index scope, bool scope_counts,
                                const selector_list& selectors) {
  const matcher searcher(page, scope);
  std::vector<std::uint8_t> found;
  for (const complex_selector& choice : selectors.choices) {
    auto matched = searcher.run(choice);
    if (!scope_counts && !choice.selects_scope) matched.front() = 0;
    if (found.empty()) {
      found = std::move(matched);
    } else {
      std::ranges::transform(found, matched, found.begin(), std::bit_or<>());
    }
  }
  std::vector<element_index> indexes;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i] != 0) indexes.push_back(scope + static_cast<element_index>(i));
  }
  return indexes;
}

}  // namespace

std::vector<element_index> matches_in_document(const tree& page, const selector_list& selectors) {
  return find(page, 0, true, selectors);
}

std::vector<element_index> matches_inside(const tree& page, element_index scope,
                                          const selector_list& selectors) {
  return find(page, scope, false, selectors);
}

}  // namespace eddy::html::detail
