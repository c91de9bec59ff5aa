#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bench/compile_time.py: the CPU time that it takes to compile a hello program, of three the least."""

import pathlib
import resource
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
COMPILE = ["clang++-19", "-std=c++23", "-O2", "-fcoro-aligned-allocation", "-Iinclude", "-c", "-o", "/dev/null"]


def seconds(source):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*COMPILE, source], cwd=ROOT, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


for source in ["examples/core/hello.cpp", "examples/readme/hello.cpp", "examples/http/hello.cpp"]:
    print(f"compiling {source}: {min(seconds(source) for _ in range(3)):.2f} s (goal: ≤ 2 s)")
