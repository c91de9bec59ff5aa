#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
import pathlib
import tempfile
import unittest

from check_style import SPDX, problems


def found(text, name="x.cpp"):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / name
        path.write_text(text)
        return [line for _, line, _ in problems(path)]


class Style(unittest.TestCase):
    def test_first_lines(self):
        self.assertEqual(found(f"{SPDX}\nint x;\n"), [])
        self.assertEqual(found("int x;\n"), [1])
        self.assertEqual(found(f"{SPDX}\n#pragma once\n", "x.hpp"), [])
        self.assertEqual(found(f"{SPDX}\nint x;\n", "x.hpp"), [2])

    def test_bad_comments(self):
        for comment in [
            "// TODO: later",
            "// ------------------",
            "/* ======= */",
            "/// \\brief Does it.",
            "/// @param x the x",
            "// Changed from a list",
            "// int x = f(y);",
            "// f(x, y);",
            "// return x;",
            "// if (x) {",
        ]:
            self.assertEqual(found(f"{SPDX}\n{comment}\n"), [2], comment)

    def test_good_comments(self):
        for comment in [
            "// The kernel may answer first; then the value is delivered.",
            "///     auto x = co_await f();",
            "// if the peer closed, read() says so",
            "// returns to the loop; nothing of the frame may be touched",
            "// a == b here",
        ]:
            self.assertEqual(found(f"{SPDX}\n{comment}\n"), [], comment)

    def test_strings_are_not_comments(self):
        self.assertEqual(found(f'{SPDX}\nauto s = "// TODO";\n'), [])

    def test_length(self):
        self.assertEqual(found(SPDX + "\n" * 601), [601])


if __name__ == "__main__":
    unittest.main()
