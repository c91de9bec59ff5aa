#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks what clang-format cannot: the first lines of a source, its length, and its comments."""

import re
import sys

import cpp_source

SPDX = "// SPDX-License-Identifier: MIT"
LONGEST_FILE = 600

# What a comment must not be (CONTRIBUTING.md says what it should be).
COMMENT_RULES = [
    (re.compile(r"\b(TODO|FIXME|XXX|HACK)\b"), "a debt belongs in the issue tracker, not in a comment"),
    (re.compile(r"[@\\](brief|param|return|returns|author|date|file|class|details|note|throws?)\b"),
     "no Doxygen commands: plain sentences, then labels such as `Errors:`"),
    (re.compile(r"^(//+|/\*+)\s*([-=*#~_/])\2{3,}"), "no banners or rulers"),
    (re.compile(r"^//+!?\s*(Created|Written|Modified|Changed) (by|on|from)\b", re.I),
     "history belongs in the commit message"),
]
# A line of code that was commented out, as opposed to prose or an example in a `///` comment.
COMMENTED_OUT = re.compile(
    r"^//(?!/)\s*(?:[\w:<>,&*\s]+\s[\w.>\[\]-]+\s*=[^=].*;|[\w.:>-]+\(.*\);|(?:if|for|while) ?\(.*\) ?\{?"
    r"|return\b.*;|#\s*(?:include|define|if).*|\})\s*$"
)


def problems(path):
    text = path.read_text()
    lines = text.splitlines()
    if not lines or lines[0] != SPDX:
        yield path, 1, f"the first line must be `{SPDX}`"
    if path.suffix == ".hpp" and "#pragma once" not in lines[:3]:
        yield path, 2, "a header starts with `#pragma once`, below its licence"
    if len(lines) > LONGEST_FILE:
        yield path, len(lines), f"longer than {LONGEST_FILE} lines: two ideas?"
    for token in cpp_source.tokens(text):
        if token.kind != "comment":
            continue
        for offset, line in enumerate(token.text.splitlines()):
            for pattern, why in COMMENT_RULES:
                if pattern.search(line.strip()):
                    yield path, token.line + offset, f"{why}: {line.strip()}"
            if COMMENTED_OUT.match(line.strip()):
                yield path, token.line + offset, f"commented-out code: {line.strip()}"


def main():
    return cpp_source.report([problem for path in cpp_source.sources() for problem in problems(path)])


if __name__ == "__main__":
    sys.exit(main())
