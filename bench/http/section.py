#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bench/http/section.py BUILD_FOLDER: HTTP servers and clients beside limit programs and peers, in one table."""

import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from side_by_side import LIMIT, Program, Row, debian_python, show_section

SECONDS = 300  # for all rounds together
BACKENDS = {"epoll": "epoll", "uring": "io_uring"}

# CPU time over the limit; absolute for requests sent ahead, as 300,000 a second are asked for. Rows are named
# `work_count_backend`: what http_load.py does for them.
WORKS = {
    "serve_64": ("server, 64 connections", 1.18, True),
    "pipeline_64": ("server, 64 connections, 16 ahead", 3.33, False),
    "ask_64": ("client, 64 connections", 1.19, True),
}


def rows():
    for work, (title, goal, limited) in WORKS.items():
        for backend, shown in BACKENDS.items():
            name = f"{work}_{backend}"
            yield Row(name, f"{title}, {shown}, CPU µs a request", goal, scale=1e-3,
                      limited=limited)
            yield Row(name, f"{title}, {shown}, thousand requests/s", field="rate", scale=1e-3)
    for backend, shown in BACKENDS.items():
        yield Row(f"idle_10000_{backend}", f"server, 10,000 idle connections, {shown}, bytes each", field="bytes",
                  limited=False)


def programs(bench):
    here = bench / "http"
    peers = here / "peers"

    def program(name, server=None, client=None, missing="", backends=("epoll",)):
        """Both commands are `http_load.py`'s."""

        def command(row):
            work, count, backend = row.name.split("_")
            measured = client if work == "ask" else server
            if measured is None or backend not in backends:
                return None
            own = ["/usr/bin/env", f"EDDY_BACKEND={backend}"] if name == "eddy" else []
            return [sys.executable, HERE / "http_load.py", row.name, work, count, *own, *measured]

        return Program(name, command, missing)

    def asked(*command):
        return [*command, "{port}", "{count}"]

    def compiled(name, package, path):
        return program(name, [path, "server"], asked(path, "client"),
                       "" if path.exists() else f"{package} is not installed")

    def aiohttp(name, module, package, *arguments):
        python, found = debian_python(f"aiohttp, {module}")
        script = HERE / "peers" / "aiohttp_http.py"
        return program(name, [python, script, *arguments, "server"], asked(python, script, *arguments, "client"),
                       "" if found else f"{package} is not installed")

    def unless(installed, package):
        return "" if installed else f"{package} is not installed"

    curl, node = peers / "curl_http", shutil.which("node")
    return [
        program(LIMIT, [peers / "limit_http_server"], asked(peers / "limit_http_client"), backends=BACKENDS),
        program("eddy", [here / "http_server"], asked(here / "http_client"), backends=BACKENDS),
        program("nginx", [sys.executable, HERE / "peers" / "nginx_server.py"]),
        program("wrk", client=["wrk", "-t1", "-c{count}", "-d60s", "http://127.0.0.1:{port}/"]),
        compiled("Beast", "libboost-dev", peers / "beast_http"),
        compiled("hyper", "librust-hyper-dev or cargo", peers / "hyper_http"),
        program("libcurl", client=asked(curl), missing=unless(curl.exists(), "libcurl4-openssl-dev")),
        compiled("Go", "golang-go", peers / "go_http"),
        program("node", [node, HERE / "peers" / "node_http.js"], missing=unless(node, "nodejs")),
        aiohttp("aiohttp on uvloop", "uvloop", "python3-aiohttp or python3-uvloop", "uvloop"),
        aiohttp("aiohttp", "asyncio", "python3-aiohttp"),
    ]


if __name__ == "__main__":
    for needed in ("wrk", "nginx"):
        if not shutil.which(needed, path="/usr/local/bin:/usr/bin:/usr/sbin"):
            sys.exit(f"{needed} is not installed: it is the other end of what is measured")
    show_section(__doc__, "http", "HTTP/1.1, a small answer", list(rows()), programs, SECONDS)
