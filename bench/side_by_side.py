# SPDX-License-Identifier: MIT
"""Runs programs that do the same work, interleaved, and makes one table of their medians."""

import argparse
import dataclasses
import json
import os
import pathlib
import random
import re
import shutil
import statistics
import subprocess
import sys
import time
from typing import Callable, Optional

LONGEST_RUN = 60  # seconds, of one program doing one row
LIMIT = "limit"


@dataclasses.dataclass(frozen=True)
class Row:
    """A line of the table. Lines with the same `name` show different fields of the same runs."""

    name: str
    title: str
    goal: Optional[float] = None  # for eddy: times the limit or, where `limited` is false, in the row's unit
    folder: str = "core"
    field: str = "ns"
    scale: float = 1.0  # from what programs print to the unit that the title names
    limited: bool = True


@dataclasses.dataclass(frozen=True)
class Program:
    name: str
    command: Callable[[Row], Optional[list]]  # None: it has no such row
    missing: str = ""  # why it cannot be measured
    note: str = ""


def parse(output, row):
    """What a program printed for a row, as a dictionary of fields; None if it has no such row.

    google-benchmark's JSON, or a line `ROW ns [bytes]` or `ROW field=value...`.
    """
    if output.startswith("{"):
        for found in json.loads(output)["benchmarks"]:
            per_second = found.get("items_per_second")  # by CPU time
            ns = 1e9 / per_second if per_second else found["cpu_time"]
            return {"ns": ns, **({"bytes": found["bytes"]} if "bytes" in found else {})}
        return None
    for line in output.splitlines():
        name, _, values = line.partition(" ")
        if name == row and "=" in values:
            return {field: float(value) for field, value in (v.split("=") for v in values.split())}
        if name == row:
            return dict(zip(["ns", "bytes"], map(float, values.split())))
    return None


def run_once(program, row):
    """The fields that one run printed, or a string that says what went wrong, or None."""
    command = program.command(row)
    if command is None:
        return None
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=LONGEST_RUN, check=True)
    except subprocess.TimeoutExpired:
        return f"no result within {LONGEST_RUN} s"
    except subprocess.CalledProcessError as error:
        return f"failed: {(error.stderr.strip().splitlines() or [f'exit status {error.returncode}'])[-1]}"
    return parse(done.stdout, row.name)


def pin():
    """Keeps this process and its children on one CPU, so that no program gains from a second."""
    cpus = os.sched_getaffinity(0)
    if len(cpus) > 1:
        os.sched_setaffinity(0, {max(cpus)})


class Results:
    def __init__(self):
        self.samples = {}  # (program, row name) -> list of dictionaries
        self.troubles = []
        self.rounds = 0

    def measure(self, rows, programs, rounds, seconds, say):
        """Up to `rounds` rounds, as many as fit into `seconds`, of every program on every row."""
        programs = [program for program in programs if not program.missing]
        by_name = list({row.name: row for row in rows}.values())
        begin = time.monotonic()
        while self.rounds < rounds:
            spent = time.monotonic() - begin
            if self.rounds and spent * (self.rounds + 1) / self.rounds > seconds:
                say(f"stopped after {self.rounds} rounds: one more would not fit into {seconds} s")
                break
            say(f"round {self.rounds + 1} of {rounds}")
            for row in by_name:
                for program in random.sample(programs, len(programs)):
                    self.add(program, row, run_once(program, row))
            self.rounds += 1

    def add(self, program, row, result):
        if isinstance(result, str):
            trouble = f"{program.name}: {row.name}: {result}"
            if trouble not in self.troubles:
                self.troubles.append(trouble)
        elif result is not None:
            self.samples.setdefault((program.name, row.name), []).append(result)

    def median(self, program, row):
        values = [s[row.field] for s in self.samples.get((program, row.name), []) if row.field in s]
        return statistics.median(values) * row.scale if values else None


def number(value):
    """Three digits, and all those before the point."""
    if value >= 100 or value == 0:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def cell(value, limit):
    if value is None:
        return "–"
    return number(value) if not limit else f"{number(value)} ({number(value / limit)}×)"


def verdict(row, value, limit):
    if row.goal is None:
        return ""
    goal = f"≤ {number(row.goal)}×" if row.limited else f"≤ {number(row.goal)}"
    reached = value if not row.limited else value and limit and value / limit
    if reached is None:
        return goal
    return f"{goal} {'met' if reached <= row.goal else 'missed'}"


def table(rows, programs, results, subject="eddy"):
    """Lines of cells: the subject after the limit and before its peers, each with its ratio."""
    shown = [p.name for p in programs if not p.missing]
    peers = [name for name in shown if name not in (LIMIT, subject)]
    lines = [["", LIMIT, subject, "goal", *peers]]
    for row in rows:
        limit, ours = results.median(LIMIT, row), results.median(subject, row)
        lines.append([
            row.title, cell(limit, None), cell(ours, limit), verdict(row, ours, limit),
            *(cell(results.median(peer, row), limit) for peer in peers)])
    return lines


def notes(programs, results):
    yield from (f"{p.name}: not measured: {p.missing}" for p in programs if p.missing)
    yield from (f"{p.name}: {p.note}" for p in programs if p.note and not p.missing)
    yield from results.troubles


def aligned(lines):
    widths = [max(map(len, column)) for column in zip(*lines)]
    for line in lines:
        first, *others = (text.ljust(w) if i == 0 else text.rjust(w)
                          for i, (text, w) in enumerate(zip(line, widths)))
        yield "  ".join([first, *others])


def markdown(lines):
    head, *body = lines
    rule = ["---"] + ["--:"] * (len(head) - 1)
    for line in [head, rule, *body]:
        yield f"| {' | '.join(line)} |"


def replace_section(text, name, content):
    """`text` with what stands between the markers of `name` replaced by `content`."""
    begin, end = f"<!-- measured: {name} -->\n", "<!-- end measured -->"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.S)
    if not pattern.search(text):
        raise ValueError(f"there is no `{begin.strip()}` … `{end}` to replace")
    return pattern.sub(lambda _: f"{begin}{content}\n{end}", text, count=1)


def debian_python(module):
    """Debian's Python, which has Debian's modules even where another comes first in PATH, and whether `module` is one."""
    python = shutil.which("python3", path="/usr/bin") or sys.executable
    return python, subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0


def show_section(description, name, heading, rows, programs, seconds):
    """The command line of a section: measures `programs(folder)` for so long, and shows the table."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("build", type=pathlib.Path, help="the build folder, such as build/bench")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", metavar="PATTERN", default="", help="only rows whose name matches")
    parser.add_argument("--markdown", action="store_true", help="print the table for docs/performance.md")
    parser.add_argument("--update", type=pathlib.Path, metavar="FILE", help="and put it there, between its markers")
    arguments = parser.parse_args()

    rows = [row for row in rows if re.search(arguments.rows, row.name)]
    measured, results = programs(arguments.build.resolve() / "bench"), Results()
    results.measure(rows, measured, arguments.rounds, seconds, lambda text: print(text, file=sys.stderr, flush=True))
    lines = table(rows, measured, results)
    lines[0][0] = f"{heading}, median of {results.rounds}"
    as_markdown = "\n".join([*markdown(lines), "", *(f"- {note}" for note in notes(measured, results))])
    if arguments.markdown:
        print(as_markdown)
    else:
        print("\n".join([*aligned(lines), "", *notes(measured, results)]))
    if arguments.update:
        text = arguments.update.read_text()
        arguments.update.write_text(replace_section(text, name, as_markdown.rstrip()))
