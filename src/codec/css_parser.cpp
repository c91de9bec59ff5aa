// SPDX-License-Identifier: MIT
#include "css_parser.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include <eddy/codec/html.hpp>

#include "ascii.hpp"
#include "css_nth.hpp"

namespace eddy::html::detail {
namespace {

using eddy::detail::to_lower;

// Deeper nesting says nothing that one level does not, and each level costs stack.
constexpr int deepest_nesting = 8;

constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

constexpr bool starts_identifier(char c) noexcept {
  return eddy::detail::is_alpha(c) || c == '_' || c == '-' || c == '\\' ||
         static_cast<unsigned char>(c) >= 0x80;
}

constexpr bool continues_identifier(char c) noexcept {
  return starts_identifier(c) || eddy::detail::is_digit(c);
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = 0xFFFD;
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), to_lower);
  return text;
}

}  // namespace

selector_list css_parser::parse() {
  selector_list list;
  skip_blanks();
  if (at_end()) fail("an empty selector selects nothing; `*` selects every element");
  do {
    skip_blanks();
    list.choices.push_back(parse_complex());
  } while (skip(','));
  if (!at_end()) fail(fmt::format("unexpected `{}`", peek()));
  return list;
}

complex_selector css_parser::parse_complex() {
  complex_selector selector;
  selector.steps.push_back({combinator::none, parse_compound()});
  for (;;) {
    const auto from = parse_combinator();
    if (from == combinator::none) break;
    selector.steps.push_back({from, parse_compound()});
  }
  selector.selects_scope =
      std::ranges::any_of(selector.steps.back().what.tests, [](const simple_test& test) {
        const auto* state = std::get_if<state_test>(&test);
        return state != nullptr && *state == state_test::scope;
      });
  return selector;
}

combinator css_parser::parse_combinator() {
  constexpr std::array<std::pair<char, combinator>, 3> signs{
      {{'>', combinator::child}, {'+', combinator::next}, {'~', combinator::following}}};
  const bool blanks = skip_blanks();
  for (const auto& [sign, meaning] : signs) {
    if (skip(sign)) {
      skip_blanks();
      return meaning;
    }
  }
  return blanks && starts_compound() ? combinator::descendant : combinator::none;
}

bool css_parser::starts_compound() const noexcept {
  return !at_end() && peek() != ',' && peek() != ')';
}

compound css_parser::parse_compound() {
  compound made;
  const auto begin = position_;
  if (skip('*')) {
    if (peek() == '|') fail("namespaces are not supported");
  } else if (starts_identifier(peek())) {
    made.tests.emplace_back(type_test{parse_identifier("the name of an element")});
    if (peek() == '|') fail("namespaces are not supported");
  }
  for (;;) {
    if (peek() == ':') {
      parse_pseudo_class(made);
    } else if (peek() == '#' || peek() == '.' || peek() == '[') {
      made.tests.push_back(parse_simple());
    } else {
      break;
    }
  }
  if (position_ == begin) {
    fail(at_end() ? "a selector is missing at the end"
                  : fmt::format("unexpected `{}` where a selector should begin", peek()));
  }
  return made;
}

simple_test css_parser::parse_simple() {
  if (skip('#')) {
    return attribute_test{"id", attribute_operator::equals, parse_identifier("an id after `#`")};
  }
  if (skip('.')) {
    return attribute_test{"class", attribute_operator::word, parse_identifier("a class after `.`")};
  }
  return parse_attribute();
}

attribute_test css_parser::parse_attribute() {
  ++position_;
  skip_blanks();
  attribute_test test{.name = parse_identifier("the name of an attribute"), .value = {}};
  skip_blanks();
  if (skip(']')) return test;
  test.op = parse_operator();
  skip_blanks();
  const bool is_string = peek() == '"' || peek() == '\'';
  test.value = is_string ? parse_string() : parse_identifier("a value; quote one like \"this\"");
  skip_blanks();
  if (to_lower(peek()) == 'i' || to_lower(peek()) == 's') {
    test.ignore_case = to_lower(peek()) == 'i';
    ++position_;
    skip_blanks();
  }
  expect(']', "the attribute");
  return test;
}

attribute_operator css_parser::parse_operator() {
  constexpr std::array<std::pair<char, attribute_operator>, 5> signs{
      {{'~', attribute_operator::word},
       {'|', attribute_operator::dash},
       {'^', attribute_operator::prefix},
       {'$', attribute_operator::suffix},
       {'*', attribute_operator::substring}}};
  auto found = attribute_operator::equals;
  for (const auto& [sign, meaning] : signs) {
    if (skip(sign)) found = meaning;
  }
  if (!skip('=')) fail("expected `]` or one of = ~= |= ^= $= *=");
  return found;
}

void css_parser::parse_pseudo_class(compound& into) {
  constexpr position_test first{};
  constexpr position_test last{.from_end = true};
  constexpr position_test first_of_type{.of_type = true};
  constexpr position_test last_of_type{.from_end = true, .of_type = true};

  const auto at = position_;
  ++position_;
  if (peek() == ':') fail_at(at, "pseudo-elements such as ::before are not elements");
  const std::string name = lower(parse_identifier("the name of a pseudo-class"));
  const auto add = [&](auto... tests) { (into.tests.emplace_back(tests), ...); };
  if (skip('(')) {
    parse_function(name, at, into);
  } else if (name == "first-child") {
    add(first);
  } else if (name == "last-child") {
    add(last);
  } else if (name == "only-child") {
    add(first, last);
  } else if (name == "first-of-type") {
    add(first_of_type);
  } else if (name == "last-of-type") {
    add(last_of_type);
  } else if (name == "only-of-type") {
    add(first_of_type, last_of_type);
  } else if (name == "empty") {
    add(state_test::empty);
  } else if (name == "root") {
    add(state_test::root);
  } else if (name == "scope") {
    add(state_test::scope);
  } else {
    fail_at(at, fmt::format("`:{}` is not supported", name));
  }
}

void css_parser::parse_function(const std::string& name, std::size_t at, compound& into) {
  if (name == "not" || name == "is") {
    into.tests.emplace_back(parse_choices(name == "not"));
  } else if (name == "nth-child" || name == "nth-last-child" || name == "nth-of-type" ||
             name == "nth-last-of-type") {
    into.tests.emplace_back(
        parse_position(name.starts_with("nth-last"), name.ends_with("of-type")));
  } else {
    fail_at(at, fmt::format("`:{}()` is not supported", name));
  }
}

any_test css_parser::parse_choices(bool negated) {
  if (++nesting_ > deepest_nesting) fail("too many :is() and :not() inside one another");
  any_test test{.choices = {}, .negated = negated};
  do {
    skip_blanks();
    test.choices.push_back(parse_compound());
    skip_blanks();
  } while (skip(','));
  expect(')', "the selectors; here they have no combinators");
  --nesting_;
  return test;
}

position_test css_parser::parse_position(bool from_end, bool of_type) {
  const auto begin = position_;
  const auto end = std::min(css_.find(')', begin), css_.size());
  const auto formula = parse_nth(css_.substr(begin, end - begin));
  if (!formula) fail("expected a formula such as 2, odd or 3n+1");
  position_ = end;
  expect(')', "the formula");
  return {formula->step, formula->offset, from_end, of_type};
}

std::string css_parser::parse_identifier(std::string_view what) {
  if (!starts_identifier(peek())) fail(fmt::format("expected {}", what));
  std::string name;
  while (continues_identifier(peek())) {
    if (peek() == '\\') {
      append_escaped(name);
    } else {
      name += css_[position_++];
    }
  }
  return name;
}

std::string css_parser::parse_string() {
  const auto begin = position_;
  const char quote = css_[position_++];
  std::string value;
  while (!at_end() && peek() != quote) {
    if (peek() == '\\') {
      append_escaped(value);
    } else {
      value += css_[position_++];
    }
  }
  if (!skip(quote)) fail_at(begin, "this quote is never closed");
  return value;
}

void css_parser::append_escaped(std::string& out) {
  constexpr int most_digits = 6;
  ++position_;
  if (at_end()) fail("nothing follows the `\\`");
  if (eddy::detail::hex_value(peek()) < 0) {
    out += css_[position_++];
    return;
  }
  std::uint32_t code = 0;
  for (int digits = 0; digits < most_digits && eddy::detail::hex_value(peek()) >= 0; ++digits) {
    code = code * 16 + static_cast<std::uint32_t>(eddy::detail::hex_value(css_[position_++]));
  }
  if (is_blank(peek())) ++position_;  // it only ends the digits
  append_utf8(out, code);
}

bool css_parser::skip(char c) noexcept {
  if (at_end() || css_[position_] != c) return false;
  ++position_;
  return true;
}

bool css_parser::skip_blanks() noexcept {
  const auto begin = position_;
  while (is_blank(peek())) ++position_;
  return position_ != begin;
}

void css_parser::expect(char c, std::string_view after) {
  if (!skip(c)) fail(fmt::format("expected `{}` after {}", c, after));
}

void css_parser::fail_at(std::size_t position, std::string_view problem) const {
  throw selector_error(position, problem);
}

}  // namespace eddy::html::detail
