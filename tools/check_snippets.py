#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that every C++ snippet in the documentation is a part of a file that is compiled.

In the page, a comment above the block says where it comes from:

    <!-- snippet: examples/readme/hello.cpp#main -->

and in that file the part stands between `// snippet: main` and `// end snippet`. --update rewrites
the blocks from the files.
"""

import re
import sys
import textwrap

import cpp_source

BLOCK = re.compile(
    r"(?P<marker><!-- snippet: (?P<file>[^#\s]+)#(?P<name>\S+) -->\n)?```cpp\n(?P<code>.*?)```", re.DOTALL
)


def part(file, name):
    """The text between a file's markers, without its indentation; None where there is no such part."""
    path = cpp_source.ROOT / file
    if not path.exists():
        return None
    match = re.search(
        rf"^ *// snippet: {re.escape(name)}\n(.*?)^ *// end snippet$", path.read_text(), re.DOTALL | re.MULTILINE
    )
    return textwrap.dedent(match.group(1)) if match else None


def main(arguments):
    update = "--update" in arguments
    problems = []
    for page in sorted([*cpp_source.ROOT.glob("*.md"), *(cpp_source.ROOT / "docs").rglob("*.md")]):
        text = page.read_text()

        def check(match):
            line = text.count("\n", 0, match.start()) + 1
            if not match["marker"]:
                problems.append((page, line, "a C++ block needs `<!-- snippet: file#name -->` above it"))
                return match.group()
            code = part(match["file"], match["name"])
            if code is None:
                problems.append((page, line, f"{match['file']} has no snippet `{match['name']}`"))
                return match.group()
            if code != match["code"] and not update:
                problems.append((page, line, f"differs from {match['file']}#{match['name']}; "
                                             "tools/check_snippets.py --update rewrites it"))
            return f"{match['marker']}```cpp\n{code}```"

        updated = BLOCK.sub(check, text)
        if update and updated != text:
            page.write_text(updated)
    return cpp_source.report(problems)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
