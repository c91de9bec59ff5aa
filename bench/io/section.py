#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bench/io/section.py BUILD_FOLDER: TCP echo beside limit programs and peers, in one table."""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from side_by_side import LIMIT, Program, Row, debian_python, show_section

SECONDS = 240  # for all rounds together
BACKENDS = {"epoll": "epoll", "uring": "io_uring"}

# What echo_load does for a row, whose name is `work_count_backend`.
# CPU goals are those of /docs/performance.md over the limits they were measured with.
GOALS = {"echo_50_epoll": 1.05, "echo_50_uring": 1.02, "echo_500_epoll": 1.07, "echo_500_uring": 1.05}


def rows():
    for count in (50, 500):
        for backend, shown in BACKENDS.items():
            name = f"echo_{count}_{backend}"
            yield Row(name, f"{count} connections, {shown}, CPU µs a request", GOALS[name], scale=1e-3)
            yield Row(name, f"{count} connections, {shown}, thousand requests/s", field="rate", scale=1e-3)
    for backend, shown in BACKENDS.items():
        yield Row(f"idle_10000_{backend}", f"10,000 idle connections, {shown}, bytes each", 6144, field="bytes",
                  limited=False)
    for backend, shown in BACKENDS.items():
        name = f"connects_10000_{backend}"
        yield Row(name, f"10,000 connects and disconnects, {shown}, CPU µs each", scale=1e-3)
        yield Row(name, f"10,000 connects and disconnects, {shown}, thousand/s", field="rate", scale=1e-3)


def programs(bench):
    def program(name, server, package="", note=""):
        """`server` gives the command that takes a port, by backend."""

        def command(row):
            work, count, backend = row.name.split("_")
            return server.get(backend) and [bench / "io" / "echo_load", row.name, work, count, *server[backend]]

        missing = f"{package} is not installed" if package else ""
        return Program(name, command, missing, note)

    peers = bench / "io" / "peers"

    return [
        program(LIMIT, {backend: [peers / f"{backend}_echo"] for backend in BACKENDS}),
        program("eddy", {backend: ["/usr/bin/env", f"EDDY_BACKEND={backend}", bench / "io" / "echo_server"]
                         for backend in BACKENDS}),
    ]


if __name__ == "__main__":
    show_section(__doc__, "echo", "TCP echo of 64 bytes", list(rows()), programs, SECONDS)
