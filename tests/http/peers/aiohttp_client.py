# SPDX-License-Identifier: MIT
"""Asks eddy's server what it can do, and prints a line for each answer: aiohttp_client.py URL."""

import asyncio
import sys

import aiohttp


async def pieces():
    for number in range(1000):
        yield b"%03d" % number


async def main(url):
    connector = aiohttp.TCPConnector(limit=8)
    async with aiohttp.ClientSession(url, connector=connector) as session:
        async with session.get("/hello") as r:
            print("get", r.status, await r.text())
        async with session.head("/hello") as r:
            print("head", r.status, r.headers["Content-Length"], await r.read())
        async with session.post("/echo", json={"a": [1, 2]}) as r:
            print("json", await r.json())
        async with session.post("/echo", data=pieces()) as r:
            print("chunked upload", len(await r.read()))
        async with session.post("/echo", data=b"x" * 500_000, expect100=True) as r:
            print("expect", len(await r.read()))
        async with session.post("/echo", data=b"x" * 2_000_000) as r:
            print("too much", r.status)
        async with session.get("/stream") as r:
            size = 0
            async for piece in r.content.iter_chunked(10_000):
                size += len(piece)
            print("stream", r.headers["Transfer-Encoding"], size)
        async with session.get("/redirect") as r:
            print("redirect", len(r.history), await r.text())
        async with session.get("/nowhere") as r:
            print("nowhere", r.status)
        async with session.get("/hello", headers={"X": "y" * 70_000}) as r:
            print("large header", r.status)

        async def ask(number):
            async with session.get(f"/number/{number}") as r:
                return int(await r.text())

        answers = await asyncio.gather(*(ask(number) for number in range(500)))
        print("many", answers == list(range(500)))


asyncio.run(main(sys.argv[1]))
