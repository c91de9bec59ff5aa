// SPDX-License-Identifier: MIT
//
// Both ends against Python's websockets and aiohttp.
#include <cstdlib>
#include <string>

#include <eddy/io/process.hpp>
#include <eddy/testing/test.hpp>
#include <http/websocket/talking.hpp>
#include <nginx_server.hpp>
#include <real_peers.hpp>

namespace eddy::http::websocket {
namespace {

using testing::echo;
using testing::speaking;
using testing::url_of;
using testing::while_serving;

const std::string python = "/usr/bin/python3";

/// Tests against a module of Python.
class with_python : public eddy::testing::io_test {
 protected:
  explicit with_python(std::string module) : module_(std::move(module)) {}
  void SetUp() override {
    const std::string import = python + " -c 'import " + module_ + "' 2>/dev/null";
    if (std::system(import.c_str()) != 0) GTEST_SKIP() << "python3-" << module_ << " is missing";
  }

 private:
  std::string module_;
};

class python_websockets : public with_python {
 protected:
  python_websockets() : with_python("websockets") {}
};
class python_aiohttp : public with_python {
 protected:
  python_aiohttp() : with_python("aiohttp") {}
};
const auto backends = ::testing::Values(backend_kind::uring, backend_kind::epoll);
INSTANTIATE_TEST_SUITE_P(websocket, python_websockets, backends, eddy::testing::backend_label);
INSTANTIATE_TEST_SUITE_P(websocket, python_aiohttp, backends, eddy::testing::backend_label);

// Texts, small and large, that compress and that do not, a ping, and a close with a code.
constexpr std::string_view websockets_client = R"py(
import asyncio, os, sys, websockets
async def main():
    async with websockets.connect(f'ws://{sys.argv[1]}/', max_size=None) as c:
        print(c.subprotocol, c.extensions[0].name if c.extensions else 'plain')
        for size in (0, 1, 125, 126, 65535, 65536, 300000):
            for data in ('µ' * size, os.urandom(size)):
                await c.send(data)
                assert await c.recv() == data, size
        await c.send(['in ', 'three ', 'parts'])
        assert await c.recv() == 'in three parts'
        await (await c.ping('x'))
        await c.close(4001, 'bye')
        print(c.close_code, c.close_reason)
asyncio.run(main())
)py";

constexpr std::string_view aiohttp_client = R"py(
import asyncio, os, sys, aiohttp
async def main():
    async with aiohttp.ClientSession() as s:
        async with s.ws_connect(f'http://{sys.argv[1]}/', compress=15) as c:
            for size in (0, 1, 126, 65536, 300000):
                await c.send_str('x' * size)
                assert (await c.receive_str()) == 'x' * size
                data = os.urandom(size)
                await c.send_bytes(data)
                assert (await c.receive_bytes()) == data
            await c.close(code=4001)
            print(c.close_code, c.compress)
asyncio.run(main())
)py";

constexpr std::string_view websockets_server = R"py(
import asyncio, logging, sys, websockets
logging.disable()
async def echo(c):
    async for m in c:
        if m == 'close': await c.close(4002, 'as you wish')
        else: await c.send(m)
async def main():
    host, port = sys.argv[1].rsplit(':', 1)
    async with websockets.serve(echo, host, int(port), subprotocols=['v1']): await asyncio.Future()
asyncio.run(main())
)py";

constexpr std::string_view aiohttp_server = R"py(
import sys
from aiohttp import web
async def echo(request):
    c = web.WebSocketResponse(protocols=['v1'])
    await c.prepare(request)
    async for m in c:
        if m.data == 'close': await c.close(code=4002, message=b'as you wish')
        elif isinstance(m.data, str): await c.send_str(m.data)
        else: await c.send_bytes(m.data)
    return c
app = web.Application()
app.router.add_get('/', echo)
host, port = sys.argv[1].rsplit(':', 1)
web.run_app(app, host=host, port=int(port), print=None)
)py";

task<std::string> run(std::string_view script, endpoint where) {
  const auto result = co_await process::run({python, "-c", std::string(script), where.to_string()});
  co_return result.out + result.err;
}

task<std::string> talk_to(std::string_view client) {
  std::string seen;
  server s = speaking(
      [&](connection& c) -> task<> {
        (void)co_await outcome(echo(c));
        seen += fmt::format("closed: {} {}", static_cast<int>(c.reason()->code), c.reason()->text);
      },
      {.connection = {.max_message = 1'000'000}});
  std::string printed;
  co_await while_serving(s,
                         [&](endpoint where) -> task<> { printed = co_await run(client, where); });
  co_return printed + seen;
}

task<> talk_to_server(std::string_view script) {
  const endpoint where = eddy::testing::free_endpoint();
  const eddy::testing::child_process peer({python, "-c", std::string(script), where.to_string()});
  (void)co_await eddy::testing::connect_when_ready(where);
  connection c = co_await connect(url_of(where), {.subprotocols = {"v2", "v1"}});
  EXPECT_EQ(c.subprotocol(), "v1");
  EXPECT_TRUE(c.compresses());
  for (const std::size_t size : {0, 1, 125, 126, 65535, 65536, 300'000}) {
    co_await c.send(std::string(size, 'x'));
    co_await c.send_binary(std::string(size, '\xff'));
    EXPECT_EQ((co_await c.next())->data, std::string(size, 'x'));
    EXPECT_EQ((co_await c.next())->data, std::string(size, '\xff'));
  }
  (void)co_await c.ping();
  co_await c.send("close");
  const auto end = co_await outcome(c.next());
  EXPECT_EQ(testing::closed_with(end), (close_reason{close_code(4002), "as you wish"}));
}

task<> websockets_talks_to_us() {
  EXPECT_EQ(co_await talk_to(websockets_client),
            "None permessage-deflate\n4001 bye\nclosed: 4001 bye");
}
task<> aiohttp_talks_to_us() {
  EXPECT_EQ(co_await talk_to(aiohttp_client), "4001 12\nclosed: 4001 ");
}
task<> we_talk_to_websockets() { co_await talk_to_server(websockets_server); }
task<> we_talk_to_aiohttp() { co_await talk_to_server(aiohttp_server); }

TEST_P(python_websockets, understands_our_server) {
  eddy::testing::run_real(websockets_talks_to_us, GetParam());
}
TEST_P(python_websockets, is_understood_by_our_client) {
  eddy::testing::run_real(we_talk_to_websockets, GetParam());
}
TEST_P(python_aiohttp, understands_our_server) {
  eddy::testing::run_real(aiohttp_talks_to_us, GetParam());
}
TEST_P(python_aiohttp, is_understood_by_our_client) {
  eddy::testing::run_real(we_talk_to_aiohttp, GetParam());
}

}  // namespace
}  // namespace eddy::http::websocket
