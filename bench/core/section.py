#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bench/core/section.py BUILD_FOLDER: the core beside a limit program and its peers, in one table."""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from side_by_side import LIMIT, Program, Row, debian_python, pin, show_section

SECONDS = 230  # for all rounds together

# A goal is a multiple of the limit: nanoseconds mean nothing on another machine.
ROWS = [
    Row("await_ready_task", "create and await a ready task", 1.27),
    Row("spawn_and_join", "spawn one task and join it", 1.95),
    Row("spawn_many_and_join", "spawn 1,000, join all, each", 1.84),
    Row("yield_between_two", "yield between two tasks", 1.56),
    Row("queue_of_1", "queue, capacity 1, per item", 1.67, "flow"),
    Row("queue_of_64", "queue, capacity 64, per item", 1.43, "flow"),
    Row("generator_next", "async generator, next", 1.17, "flow"),
    Row("mutex_uncontended", "mutex, uncontended", 2.5, "flow"),
    Row("fork_join", "fork-join fib(27), per call", 0.55),
    Row("sleeping_tasks", "1,000,000 sleeping tasks, CPU s", 1.18, scale=1e-3),
    Row("sleeping_tasks", "1,000,000 sleeping tasks, bytes each", 200, field="bytes", limited=False),
    Row("timer", "timer, schedule and cancel", 25, limited=False),
    Row("cancel_tasks", "cancel 100,000 tasks of 5 frames, ms", 30, scale=1e-1, limited=False),
]


def google_benchmark(path):
    return [path, "--benchmark_format=json", "--benchmark_min_time=0.05"]


def compiled(name, path, package):
    missing = "" if path.exists() else f"{package} is not installed"
    return Program(name, lambda row: [path, row.name], missing)


def asyncio(name, module, package, *arguments):
    python, found = debian_python(module)
    return Program(
        name, lambda row: [python, HERE / "peers" / "asyncio_bench.py", row.name, *arguments],
        "" if found else f"{package} is not installed",
        "scaled up from fib(18), 100,000 sleeping and 20,000 cancelled tasks")


def programs(bench):
    def one_row(path):
        return lambda row: [*google_benchmark(path(row)), f"--benchmark_filter=^{row.name}(/|$)"]

    peers = bench / "core" / "peers"
    asio = peers / "asio_bench"
    return [
        Program(LIMIT, one_row(lambda row: peers / "limit_bench")),
        Program("eddy", one_row(lambda row: bench / f"{row.folder}_bench")),
        Program("Asio", one_row(lambda row: asio), "" if asio.exists() else "libasio-dev is not installed"),
        compiled("Tokio", peers / "tokio_bench", "librust-tokio-dev or cargo"),
        compiled("Go", peers / "go_bench", "golang-go"),
        asyncio("asyncio", "asyncio", "python3"),
        asyncio("uvloop", "uvloop", "python3-uvloop", "uvloop"),
    ]


if __name__ == "__main__":
    pin()
    show_section(__doc__, "core", "CPU ns each", ROWS, programs, SECONDS)
