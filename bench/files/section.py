#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bench/files/section.py BUILD_FOLDER: files in the page cache beside a limit program and peers, in one table."""

import os
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from side_by_side import LIMIT, Program, Row, debian_python, pin, show_section

SECONDS = 120  # for all rounds together

# Goals are those of /docs/performance.md over the limits they were measured with.
ROWS = [
    Row("chunks", "a file of 1 GiB, each 256 KiB", 1.05),
    Row("small_files", "20,000 files of 4 KiB, each", 1.05),
    Row("lines", "1,000,000 lines, each", 1.2),
]


def make_files(folder):
    """What files.hpp tells of."""
    block = os.urandom(1 << 20)
    with open(folder / "big", "wb") as big:
        for _ in range(1024):
            big.write(block)
    (folder / "small").mkdir()
    for i in range(20_000):
        (folder / "small" / str(i)).write_bytes(block[:4096])
    with open(folder / "lines", "w") as lines:
        for i in range(1_000_000):
            lines.write(f"{i},{'abcdefghijklmnopqrstuvwxyz' * (1 + i % 3)}\n")


def programs(bench):
    peers = bench / "files" / "peers"

    def google_benchmark(path):
        return lambda row: [path, "--benchmark_format=json", "--benchmark_min_time=0.3",
                            f"--benchmark_filter=^{row.name}(/|$)"]

    def compiled(name, path, package):
        return Program(name, lambda row: [path, row.name], "" if path.exists() else f"{package} is not installed")

    python, found = debian_python("aiofiles")
    return [
        Program(LIMIT, google_benchmark(peers / "files_limit_bench")),
        Program("eddy", google_benchmark(bench / "files" / "files_bench")),
        compiled("Tokio", peers / "tokio_files", "librust-tokio-dev or cargo"),
        compiled("Go", peers / "go_files", "golang-go"),
        Program("aiofiles", lambda row: [python, HERE / "peers" / "aiofiles_files.py", row.name],
                "" if found else "python3-aiofiles is not installed",
                "1,000 chunks, 2,000 small files and 20,000 lines"),
    ]


if __name__ == "__main__":
    pin()
    with tempfile.TemporaryDirectory(prefix="eddy_bench_") as made:
        os.environ["EDDY_BENCH_FILES"] = made
        make_files(pathlib.Path(made))
        show_section(__doc__, "files", "CPU ns each", ROWS, programs, SECONDS)
