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

# CPU time over the limit. Rows are named `work_count_backend`: what echo_load does for them.
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
    here = bench / "io"
    peers = here / "peers"

    def program(name, servers, missing=""):
        """`servers`: the command that takes a port, by backend."""

        def command(row):
            work, count, backend = row.name.split("_")
            return servers.get(backend) and [here / "echo_load", row.name, work, count, *servers[backend]]

        return Program(name, command, missing)

    def compiled(name, package, **servers):
        built = all((peers / server).exists() for server in servers.values())
        return program(name, {backend: [peers / server] for backend, server in servers.items()},
                       "" if built else f"{package} is not installed")

    def asyncio(name, module, package, *arguments):
        python, found = debian_python(module)
        return program(name, {"epoll": [python, HERE / "peers" / "asyncio_echo.py", *arguments]},
                       "" if found else f"{package} is not installed")

    return [
        compiled(LIMIT, "liburing-dev", epoll="epoll_echo", uring="uring_echo"),
        program("eddy", {backend: ["/usr/bin/env", f"EDDY_BACKEND={backend}", here / "echo_server"]
                         for backend in BACKENDS}),
        compiled("Asio", "libasio-dev", epoll="asio_epoll_echo", uring="asio_uring_echo"),
        compiled("libuv", "libuv1-dev", epoll="uv_echo"),
        compiled("Tokio", "librust-tokio-dev or cargo", epoll="tokio_echo"),
        compiled("Go", "golang-go", epoll="go_echo"),
        asyncio("uvloop", "uvloop", "python3-uvloop", "uvloop"),
        asyncio("asyncio", "asyncio", "python3"),
    ]


if __name__ == "__main__":
    show_section(__doc__, "echo", "TCP echo of 64 bytes", list(rows()), programs, SECONDS)
