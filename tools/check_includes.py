#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that an include points down or sideways in its own folder, never up.

Also: public headers include the standard library, the system and eddy, no third-party library; and
nobody reaches into another folder's private headers.
"""

import re
import sys
from pathlib import Path

import cpp_source

# The layers: what each folder may include beside itself.
LAYERS = {
    "codec": set(),
    "core": set(),
    "flow": {"core"},
    "io": {"core", "flow", "codec"},
    "http": {"core", "flow", "io", "codec"},
    "testing": {"core", "flow", "io", "http", "codec"},
    "apps": {"core", "flow", "io", "http", "codec"},
}
# Tests, benchmarks and the like of a folder may also use the test tools; code that ships may not.
NOT_SHIPPED = {"tests", "bench", "fuzz", "examples"}
# Third-party headers that a folder's users have anyway.
PUBLIC_EXTRAS = {"testing": re.compile(r"gtest/")}
SYSTEM = re.compile(r"[a-z_0-9]+$|(sys|netinet|net|arpa|linux)/|(errno|fcntl|netdb|poll|signal|unistd)\.h$")
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


def folder_of(path):
    """(top, folder): `include/eddy/core/…` and `src/core/…` both belong to the folder core."""
    top, *rest = path.relative_to(cpp_source.ROOT).parts
    folder = {"include": rest[1], "apps": "apps"}.get(top, rest[0]) if len(rest) > 1 else None
    return top, folder if folder in LAYERS else None


def problem(path, quote, name):
    top, folder = folder_of(path)
    parts = name.split("/")
    if ".." in parts:
        return f"{name} climbs out of its folder; include <eddy/…> or a header beside this file"
    if quote == '"' and parts[0] == "eddy":
        return f"write <{name}>: quotes are for private headers beside the file"

    if folder is not None and quote == "<":
        allowed = {folder} | LAYERS[folder] | ({"testing"} | LAYERS[folder] if top in NOT_SHIPPED else set())
        if parts[0] == "eddy" and parts[1] in LAYERS and parts[1] not in allowed:
            return f"{folder} may not include {name}: it may use {', '.join(sorted(allowed))}"
        if parts[0] in LAYERS and len(parts) > 1 and parts[0] != folder:
            return f"{name} is private to {parts[0]}"

    if top == "include":
        extra = PUBLIC_EXTRAS.get(folder)
        if quote == '"' or not (parts[0] == "eddy" or SYSTEM.match(name) or (extra and extra.match(name))):
            return f"a public header may not include {name}: use it in a source file"
    return None


def main():
    found = []
    for path in cpp_source.sources():
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            text = problem(path, *match.groups()) if match else None
            if text:
                found.append((path, number, text))
    return cpp_source.report(found)


if __name__ == "__main__":
    sys.exit(main())
