# SPDX-License-Identifier: MIT
"""aiohttp_http.py [uvloop] server PORT, or aiohttp_http.py [uvloop] client PORT COUNT"""

import asyncio
import sys

import aiohttp
from aiohttp import web


async def hello(_):
    return web.Response(text="Hello, World!")


def serve(port):
    app = web.Application()
    app.router.add_get("/", hello)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None, backlog=4096)


async def ask(session, url):
    while True:
        async with session.get(url) as answer:
            answer.raise_for_status()
            await answer.read()


async def ask_at_once(url, count):
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=count)) as session:
        await asyncio.gather(*(ask(session, url) for _ in range(count)))


arguments = sys.argv[1:]
if arguments[0] == "uvloop":
    import uvloop

    uvloop.install()
    arguments.pop(0)
if arguments[0] == "server":
    serve(int(arguments[1]))
else:
    asyncio.run(ask_at_once(f"http://127.0.0.1:{arguments[1]}/", int(arguments[2])))
