#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
import unittest

from check_coroutines import Scanner


def lines(text):
    return [line for line, _ in Scanner(text).problems()]


class Leaks(unittest.TestCase):
    def leaks(self, text, on=1):
        self.assertEqual(lines(text), [on], text)

    def test_new(self):
        self.leaks("p = new T{co_await x};")
        self.leaks("p = new T(co_await x);")
        self.leaks("p = new T{1, f(2, co_await x)};")
        self.leaks("p = ::new T{co_await x};")
        self.leaks("p = new T{co_yield x};")

    def test_new_of_every_way_to_name_a_type(self):
        self.leaks("p = new a::b<c<int>>{co_await x};")
        self.leaks("p = new std::function<void(int, char)>(co_await x);")
        self.leaks("p = new const unsigned long(co_await x);")
        self.leaks("p = new int*{co_await x};")
        self.leaks("p = new int[3]{1, co_await x};")
        self.leaks("p = new (int)(co_await x);")
        self.leaks("p = new decltype(y){co_await x};")
        self.leaks("p = new auto(co_await x);")
        self.leaks("p = new (storage) T{co_await x};")
        self.leaks("p = new typename T::template u<1>{co_await x};")

    def test_throw(self):
        self.leaks("throw E{co_await x};")
        self.leaks("throw E(1, co_await x);")
        self.leaks("throw make(co_await x);")
        self.leaks("throw co_await x;")
        self.leaks("throw e<a, b>{co_await x};")
        self.leaks("throw a ? E{co_await x} : E{};")
        self.leaks("y ? throw E{co_await x} : 1;")
        self.leaks("f(throw E{co_await x}, 1);")

    def test_across_line_breaks_and_comments(self):
        self.leaks("\n\nthrow // why\n E{\n /* } */ co_await\n x};", on=3)
        self.leaks("p = new\n  T{1,\n\n  co_await x};")

    def test_in_a_capture(self):
        self.leaks("throw E{[y = co_await x] { return y; }};")

    def test_in_a_lambda_of_its_own(self):
        self.leaks("f([]() -> task<> {\n throw E{co_await x}; });", on=2)
        self.leaks("new T{[] { return 1; }, co_await x};")

    def test_new_inside_throw_is_reported_for_both(self):
        self.assertEqual(lines("throw new T{co_await x};"), [1, 1])


class Fine(unittest.TestCase):
    def fine(self, text):
        self.assertEqual(lines(text), [], text)

    def test_no_suspension_inside(self):
        self.fine("auto p = new T{x}; co_await p->run();")
        self.fine("throw E{x}; co_await y;")
        self.fine("throw; co_await y;")
        self.fine("auto v = co_await x; throw E{v};")
        self.fine("co_await f(new T{1}, 2);")

    def test_complete_before_the_storage_is_taken(self):
        self.fine("auto p = std::make_unique<T>(co_await x);")
        self.fine("auto p = new int[co_await x];")
        self.fine("auto p = new (co_await x) T{1};")

    def test_beside_the_operand(self):
        self.fine("y ? throw E{} : co_await x;")
        self.fine("f(throw E{}, co_await x);")
        self.fine("auto v = new T < co_await x;")
        self.fine("g(new T, co_await x);")

    def test_a_lambda_is_another_coroutine(self):
        self.fine("throw E{[] { co_await x; }};")
        self.fine("new T{[&](int a) mutable noexcept(false) -> task<int> { co_return co_await x; }};")
        self.fine("new T{[]<class U>(U u) -> task<> { co_await u; }};")
        self.fine("new T([] -> task<> { co_await x; }, 1);")
        self.fine("new T{1, [] { if (a) { co_await x; } }};")

    def test_a_subscript_is_not_a_lambda(self):
        self.assertEqual(lines("throw E{a[1], T{co_await x}};"), [1])
        self.assertEqual(lines("throw E{f()[1], T{co_await x}};"), [1])

    def test_text_that_is_not_code(self):
        self.fine("// throw E{co_await x};")
        self.fine("/* new T{co_await x} */")
        self.fine('auto s = "throw E{co_await x};";')
        self.fine('auto s = R"(throw E{co_await x};)";')
        self.fine('auto s = R"--(\n)" throw E{co_await x}; )--";')
        self.fine("#define F throw E{co_await x} \\\n ; throw E{co_await x};")

    def test_quotes_inside_literals(self):
        self.assertEqual(lines("f('\"', \"\\\"\", 1'000); throw E{co_await x};"), [1])
        self.assertEqual(lines("f('{'); throw E{co_await x};"), [1])

    def test_declarations_of_operator_new(self):
        self.fine("void* operator new(std::size_t n); int y{co_await x};")

    def test_allowed_by_name(self):
        self.fine("throw E{co_await x};  // NOLINT(eddy-half-built): the leak is the test")
        self.assertEqual(lines("throw E{co_await x};  // NOLINT"), [1])


if __name__ == "__main__":
    unittest.main()
