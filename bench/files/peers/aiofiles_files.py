#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The rows of ../section.py with aiofiles: `aiofiles_files.py ROW` prints `ROW ns`."""

import asyncio
import os
import sys
import time

import aiofiles

FOLDER = os.environ["EDDY_BENCH_FILES"]
# Less of it than the others do, which would take half a minute.
CHUNKS, SMALL_FILES, LINES = 1_000, 2_000, 20_000
AT_ONCE = 64


async def chunks():
    async with aiofiles.open(f"{FOLDER}/big", "rb", buffering=0) as file:
        for _ in range(CHUNKS):
            assert len(await file.read(256 << 10)) == 256 << 10
    return CHUNKS


async def small_files():
    async def read_some(first):
        for i in range(first, SMALL_FILES, AT_ONCE):
            async with aiofiles.open(f"{FOLDER}/small/{i}", "rb") as file:
                assert len(await file.read()) == 4096

    await asyncio.gather(*(read_some(i) for i in range(AT_ONCE)))
    return SMALL_FILES


async def lines():
    async with aiofiles.open(f"{FOLDER}/lines", "rb") as file:
        for _ in range(LINES):
            assert await file.readline()
    return LINES


async def main(row):
    before = time.process_time_ns()
    count = await {"chunks": chunks, "small_files": small_files, "lines": lines}[row]()
    print(f"{row} {(time.process_time_ns() - before) / count:.1f}")


asyncio.run(main(sys.argv[1]))
