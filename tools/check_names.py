#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that every public name has a documentation comment, a test, an example and a line in docs/.

Public is what a header declares in a namespace that is not a `detail` one, and a macro it defines. A
name counts as used where it stands as a word. Options need no use by name: they are aggregates,
written `f({.limit = 3})`.
"""

import re
import sys

import cpp_source

TYPE_WORDS = {"class", "struct", "enum", "union", "concept"}
OPTIONS = re.compile(r"_(options|limits)$")
# The layers: all of them.
FOLDERS = ["codec", "core", "flow", "http", "io", "testing"]
NOT_NAMES = {"operator", "static_assert", "requires", "decltype", "noexcept", "if", "explicit"}


def declarations(text):
    """(name, line, documented) of what a header declares for its users."""
    code, documented = [], False  # the declaration that is being read
    scopes = []  # for each open brace: the namespace's name, or None for any other
    brackets = 0  # that are open: `{` and `;` in them, as in `f(x = {})`, end nothing
    for token in cpp_source.tokens(text):
        if token.kind == "comment":
            documented = documented or token.text.startswith("///")
            continue
        if token.kind == "directive":
            if macro := re.match(r"#\s*define\s+(EDDY_\w+)", token.text):
                yield macro[1], token.line, documented
            documented = False
            continue
        brackets += (token.text == "(") - (token.text == ")")
        if brackets > 0 or token.text not in ("{", "}", ";"):
            code.append(token)
            continue
        words = [t.text for t in code]
        in_namespace = None not in scopes
        if token.text != "}" and in_namespace and "detail" not in "::".join(filter(None, scopes)).split("::"):
            if "namespace" not in words and not (token.text == ";" and _is_forward(code)):
                yield from _declared(code, documented)
        if token.text == "{":
            is_namespace = in_namespace and "namespace" in words
            scopes.append("".join(words[words.index("namespace") + 1:]) if is_namespace else None)
        elif token.text == "}":
            scopes.pop()
        code, documented = [], False


def _is_forward(code):
    texts = [t.text for t in _without_brackets(code)]
    return any(t in TYPE_WORDS for t in texts) and "=" not in texts and "(" not in texts


def _without_brackets(code):
    """The declaration without template parameters, attributes and what `requires` asks."""
    depth, kept, previous = 0, [], None
    for token in code:
        if token.text == "[" or (token.text == "<" and previous is not None and previous.kind == "word"):
            depth += 1
        elif token.text in ("]", ">") and depth > 0:
            depth -= 1
        elif depth == 0:
            kept.append(token)
        previous = token
    return kept


def _declared(code, documented):
    """The name that a declaration introduces, if it does."""
    code = _without_brackets(code)
    texts = [t.text for t in code]
    if not code or texts[0] in ("static_assert", "friend", "extern") or "operator" in texts:
        return
    for at, token in enumerate(code):
        if token.text in TYPE_WORDS:
            names = [t for t in code[at + 1:] if t.kind == "word" and t.text not in TYPE_WORDS]
            if names:
                yield names[0].text, names[0].line, documented
            return
        if token.text in ("(", "="):
            name = code[at - 1]
            member = at > 1 and code[at - 2].text == "::"
            if at > 0 and name.kind == "word" and not member and name.text not in NOT_NAMES:
                yield name.text, name.line, documented
                return


def words_of(paths):
    return {word for path in paths for word in re.findall(r"\w+", path.read_text())}


def main():
    used = {
        "a test": words_of(cpp_source.sources(["tests"])),
        "an example": words_of(cpp_source.sources(["examples"])),
        "a line in docs/": words_of([*(cpp_source.ROOT / "docs").rglob("*.md"), cpp_source.ROOT / "README.md"]),
    }
    problems = []
    for folder in FOLDERS:
        places, documented = {}, set()
        for path in cpp_source.sources([f"include/eddy/{folder}"]):
            if "detail" in path.relative_to(cpp_source.ROOT).parts:
                continue
            for name, line, has_comment in declarations(path.read_text()):
                places.setdefault(name, (path, line))
                if has_comment:
                    documented.add(name)
        for name, (path, line) in places.items():
            missing = [what for what, words in used.items() if name not in words and not OPTIONS.search(name)]
            if name not in documented:
                missing.insert(0, "a `///` comment")
            if missing:
                problems.append((path, line, f"{name} lacks {', '.join(missing)}"))
    return cpp_source.report(problems)


if __name__ == "__main__":
    sys.exit(main())
