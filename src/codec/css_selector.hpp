// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace eddy::html::detail {

enum class attribute_operator : unsigned char {
  exists,
  equals,     // =
  word,       // ~=
  dash,       // |=
  prefix,     // ^=
  suffix,     // $=
  substring,  // *=
};

/// `[name*="value" i]`; also `.class` and `#id`.
struct attribute_test {
  std::string name;
  attribute_operator op = attribute_operator::exists;
  std::string value;
  bool ignore_case = false;
};

struct type_test {
  std::string name;
};

/// The position among the siblings is `step` × n + `offset` for some n ≥ 0.
struct position_test {
  int step = 0;
  int offset = 1;
  bool from_end = false;
  bool of_type = false;
};

enum class state_test : unsigned char { empty, root, scope };

struct compound;

/// `:is(…)` and, negated, `:not(…)`.
struct any_test {
  std::vector<compound> choices;
  bool negated = false;
};

using simple_test = std::variant<type_test, attribute_test, position_test, state_test, any_test>;

/// `a.next:first-child`: all of the tests must hold.
struct compound {
  std::vector<simple_test> tests;
};

enum class combinator : unsigned char {
  none,        // the first compound of a selector
  descendant,  // a space
  child,       // >
  next,        // +
  following,   // ~
};

struct step {
  combinator from = combinator::none;  // how it relates to the step before it
  compound what;
};

struct complex_selector {
  std::vector<step> steps;
  bool selects_scope = false;  // the last step has `:scope`
};

struct selector_list {
  std::vector<complex_selector> choices;
};

}  // namespace eddy::html::detail
