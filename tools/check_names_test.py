#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
import unittest

from check_names import declarations

HEADER = """
#pragma once
namespace eddy {
class declared_elsewhere;
namespace detail {
/// Not for users.
struct hidden {};
}
/// A type.
template <class T = int>
class [[nodiscard("keep it")]] type {
 public:
  /// A member.
  void member();
};
template <class T>
void type<T>::member() {}
struct bare_options {};
/// A function.
template <class F>
  requires std::invocable<F&>
[[nodiscard("co_await it")]] auto function(F f, type<> t = {}, int x = 1);
int bare(int);
/// A constant.
inline constexpr int constant = 3;
/// A check.
template <class T>
concept checked = requires(T t) { t.x(); };
bool operator==(const type<int>&, const type<int>&);
}
/// A macro.
#define EDDY_MACRO(x) x
"""


class Names(unittest.TestCase):
    def test_what_users_see_is_found_with_its_comment(self):
        found = {name: documented for name, _, documented in declarations(HEADER)}
        self.assertEqual(found, {
            "type": True, "bare_options": False, "function": True, "bare": False, "constant": True,
            "checked": True, "EDDY_MACRO": True,
        })

    def test_a_line_is_the_name_s_own(self):
        self.assertEqual([line for name, line, _ in declarations(HEADER) if name == "bare"], [23])


if __name__ == "__main__":
    unittest.main()
