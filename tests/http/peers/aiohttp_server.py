# SPDX-License-Identifier: MIT
"""A server for eddy's client: aiohttp_server.py PORT."""

import sys

from aiohttp import BasicAuth, web


async def hello(request):
    return web.Response(text="hello")


async def echo(request):
    return web.Response(body=await request.read(), content_type=request.content_type)


async def form(request):
    """Names, file names, types and sizes of the parts."""
    lines = []
    for name, value in (await request.post()).items():
        if isinstance(value, str):
            lines.append(f"{name}={value}")
        else:
            lines.append(f"{name}={value.filename} {value.content_type} {len(value.file.read())}")
    return web.Response(text="\n".join(lines))


async def chunked(request):
    response = web.StreamResponse()
    await response.prepare(request)
    for number in range(1000):
        await response.write(b"%03d" % number)
    return response


async def compressed(request):
    response = web.Response(text="x" * 100_000)
    response.enable_compression()
    return response


async def redirect(request):
    raise web.HTTPFound("/hello")


async def whoami(request):
    auth = request.headers.get("Authorization")
    return web.Response(text=BasicAuth.decode(auth).login if auth else "nobody")


async def visits(request):
    count = int(request.cookies.get("visits", 0)) + 1
    response = web.Response(text=str(count))
    response.set_cookie("visits", str(count))
    return response


app = web.Application(client_max_size=64 << 20)
app.add_routes(
    [
        web.get("/hello", hello),
        web.post("/echo", echo),
        web.post("/form", form),
        web.get("/chunked", chunked),
        web.get("/compressed", compressed),
        web.get("/redirect", redirect),
        web.get("/whoami", whoami),
        web.get("/visits", visits),
    ]
)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
