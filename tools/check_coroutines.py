#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Finds the two expression forms that leak when a suspended coroutine is destroyed.

    new T{co_await x}       the storage of the new object
    throw E{co_await x}     the storage of the exception

Both take storage first, then suspend half-way through filling it. Cancelling destroys the frame there,
and clang frees such storage only when an exception passes. Await into a local first;
`std::make_unique<T>(co_await x)` is fine, since an argument is complete before the call.

A body of a lambda inside such an expression is another coroutine and is not looked at as part of it.
`// NOLINT(eddy-half-built)` on the line of the `new` or `throw` allows it, for tests that prove the leak.
"""

import sys
from pathlib import Path

import cpp_source

CLOSING = {"(": ")", "[": "]", "{": "}"}
SUSPENDS = {"co_await", "co_yield"}
# After these words an expression starts, so `[` there opens a lambda and not a subscript.
BEFORE_EXPRESSION = {
    "return", "co_return", "co_await", "co_yield", "throw", "new", "case", "else", "do", "and", "or", "not",
}
TYPE_WORD_SYMBOLS = {"::", "*", "&", "&&", "."}


class Scanner:
    def __init__(self, text):
        every = cpp_source.tokens(text)
        self.allowed = {
            token.line for token in every if token.kind == "comment" and "NOLINT(eddy-half-built)" in token.text
        }
        self.tokens = [token for token in every if token.kind not in ("comment", "directive")]

    def text(self, index):
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def is_word(self, index):
        return 0 <= index < len(self.tokens) and self.tokens[index].kind == "word"

    def after_group(self, index):
        """The index after the bracket that closes the one at index."""
        open_brackets = []
        while index < len(self.tokens):
            text = self.text(index)
            if self.tokens[index].kind == "symbol":
                if text in CLOSING:
                    open_brackets.append(CLOSING[text])
                elif open_brackets and text == open_brackets[-1]:
                    open_brackets.pop()
                    if not open_brackets:
                        return index + 1
            index += 1
        return index

    def after_template_arguments(self, index):
        """The index after the `>` that matches the `<` at index, or None where `<` is a comparison."""
        depth = 0
        while index < len(self.tokens):
            text = self.text(index)
            if text == "<":
                depth += 1
            elif text == ">":
                depth -= 1
                if depth == 0:
                    return index + 1
            elif text in ("(", "["):
                index = self.after_group(index)
                continue
            elif text in (")", "]", "{", "}", ";", "||"):
                return None
            index += 1
        return None

    def lambda_body(self, index):
        """Where `[` at index opens a lambda: the index of the `{` of its body; else None."""
        previous = index - 1
        if self.text(previous) in (")", "]", "}") or self.tokens[previous].kind in ("string", "number"):
            return None
        if self.is_word(previous) and self.text(previous) not in BEFORE_EXPRESSION:
            return None
        if self.text(index + 1) == "[":  # an attribute
            return None
        index = self.after_group(index)
        while index < len(self.tokens):
            text = self.text(index)
            if text == "{":
                return index
            if text in ("(", "["):
                index = self.after_group(index)
            elif text == "<":
                index = self.after_template_arguments(index) or index + 1
            elif text in (";", ")", "]", "}", ","):
                return None
            else:
                index += 1
        return None

    def suspends(self, begin, end):
        """Does an expression in [begin, end) suspend the coroutine it stands in?"""
        index = begin
        while index < end:
            if self.text(index) in SUSPENDS:
                return True
            body = self.lambda_body(index) if self.text(index) == "[" else None
            if body is not None:
                # What is captured is evaluated here; the body is not.
                if self.suspends(index + 1, self.after_group(index)):
                    return True
                index = self.after_group(body)
            else:
                index += 1
        return False

    def new_initializer(self, index):
        """The brackets that initialise the object of the `new` at index, as a range; or None."""
        index += 1
        if self.text(index) == "(":
            # Placement arguments, or a type in brackets: either way the initialiser comes later.
            index = self.after_group(index)
        while index < len(self.tokens):
            text = self.text(index)
            if text == "<":
                index = self.after_template_arguments(index)
                if index is None:
                    return None
            elif text == "[":
                index = self.after_group(index)
            elif text in ("decltype", "alignas") and self.text(index + 1) == "(":
                index = self.after_group(index + 1)
            elif text in CLOSING:
                return index, self.after_group(index)
            elif self.is_word(index) or text in TYPE_WORD_SYMBOLS:
                index += 1
            else:
                return None
        return None

    def throw_operand(self, index):
        """What the `throw` at index throws, as a range."""
        begin = index = index + 1
        conditionals = 0
        while index < len(self.tokens):
            text = self.text(index)
            if text == "<":
                index = self.after_template_arguments(index) or index + 1
            elif text in CLOSING:
                index = self.after_group(index)
            elif text in (";", ",", ")", "]", "}") or (text == ":" and conditionals == 0):
                break
            else:
                conditionals += {"?": 1, ":": -1}.get(text, 0)
                index += 1
        return begin, index

    def problems(self):
        """(line, text) of each leaking expression."""
        for index, token in enumerate(self.tokens):
            if token.kind != "word" or token.line in self.allowed:
                continue
            if token.text == "new" and self.text(index - 1) != "operator":
                operand = self.new_initializer(index)
                form = "new T{… co_await …} leaks the storage of the object"
            elif token.text == "throw":
                operand = self.throw_operand(index)
                form = "throw E{… co_await …} leaks the storage of the exception"
            else:
                continue
            if operand and self.suspends(*operand):
                yield token.line, f"{form} when it is cancelled half-way; await into a local first"


def main(arguments):
    paths = [Path(argument).resolve() for argument in arguments] or cpp_source.sources()
    return cpp_source.report(
        [(path, line, text) for path in paths for line, text in Scanner(path.read_text()).problems()]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
