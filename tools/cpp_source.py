# SPDX-License-Identifier: MIT
"""Which files are eddy's C++ sources, and a scanner that splits one into tokens."""

import pathlib
import re
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ["include", "src", "apps", "tests", "examples", "bench", "fuzz"]
SUFFIXES = {".hpp", ".cpp", ".h", ".c"}


def sources(folders=FOLDERS):
    """Every source file below the folders, as paths, sorted."""
    for folder in folders:
        yield from sorted(p for p in (ROOT / folder).rglob("*") if p.suffix in SUFFIXES)


@dataclass(frozen=True)
class Token:
    kind: str  # word, number, string, char, comment, directive, symbol
    text: str
    line: int


# Order matters: the first alternative that matches wins.
_PATTERN = re.compile(
    r"""
    (?P<space>\s+|\\\n)
  | (?P<comment>//(?:\\\n|[^\n])*|/\*.*?\*/)
  | (?P<raw>(?:u8|[uUL])?R"(?P<delimiter>[^\s()\\]{0,16})\(.*?\)(?P=delimiter)")
  | (?P<string>(?:u8|[uUL])?"(?:\\.|[^"\\\n])*")
  | (?P<number>\.?[0-9](?:'[0-9a-zA-Z_]|[eEpP][+-]|[0-9a-zA-Z_.])*)
  | (?P<char>(?:u8|[uUL])?'(?:\\.|[^'\\\n])+')
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<symbol>::|->|&&|\|\||.)
    """,
    re.VERBOSE | re.DOTALL,
)
_DIRECTIVE = re.compile(r"[ \t]*#(?:\\\n|[^\n])*")


def tokens(text):
    """The tokens of a source, comments and preprocessor lines included; white space is dropped."""
    position, line, at_line_start = 0, 1, True
    result = []
    while position < len(text):
        match = _DIRECTIVE.match(text, position) if at_line_start else None
        kind = "directive" if match else None
        if not match:
            match = _PATTERN.match(text, position)
            kind = match.lastgroup
            if kind == "delimiter" or match.group("raw"):
                kind = "string"
        found = match.group()
        if kind != "space":
            result.append(Token(kind, found.strip() if kind == "directive" else found, line))
        line += found.count("\n")
        # Only white space may stand before a directive on its line.
        at_line_start = kind == "space" and (at_line_start or "\n" in found)
        position = match.end()
    return result


def report(problems):
    """Prints `path:line: text` for each problem; the exit status for a check that found them."""
    for path, line, text in problems:
        try:
            path = path.relative_to(ROOT)
        except ValueError:
            pass
        print(f"{path}:{line}: {text}")
    return 1 if problems else 0
