// SPDX-License-Identifier: MIT
//
// A page of our server in a real browser: it fetches, listens to events and talks over a WebSocket,
// and reports by POST. A browser takes seconds to start, so this is for tools/check-all.
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include <eddy/core/run.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/http/events.hpp>
#include <eddy/http/server.hpp>
#include <eddy/http/websocket.hpp>
#include <eddy/io/process.hpp>
#include <http/loopback.hpp>
#include <real_peers.hpp>
#include <temporary_folder.hpp>

namespace eddy::http {
namespace {

using namespace std::chrono_literals;

constexpr const char* browser = "chromium-headless-shell";

constexpr std::string_view page = R"html(<!doctype html><meta charset="utf-8"><script>
const fetched = async () => {
  const answer = await fetch('/upload', {method: 'POST', body: 'µ'.repeat(100000)});
  return `fetch ${answer.status} ${await answer.text()}`;
};
const heard = () => new Promise(resolve => {
  const source = new EventSource('/events');
  const words = [];
  source.onmessage = event => {
    words.push(event.data.replace('\n', '/'));
    if (words.length == 3) { source.close(); resolve(`events ${words} last ${event.lastEventId}`); }
  };
});
const talked = () => new Promise(resolve => {
  const socket = new WebSocket(`ws://${location.host}/echo`, ['v1']);
  const seen = [];
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => { socket.send('x'.repeat(100000)); socket.send(new Uint8Array([1, 255])); };
  socket.onmessage = event => {
    const text = typeof event.data == 'string';
    seen.push(text ? event.data.length : 'bytes ' + new Uint8Array(event.data));
    if (!text) socket.close(4000, 'enough');
  };
  socket.onclose = event =>
    resolve(`socket ${socket.protocol} ${socket.extensions.split(';')[0]} ${seen} ${event.code} ${event.wasClean}`);
  socket.onerror = () => resolve('socket failed');
});
const foreign = () => new Promise(resolve => {
  const socket = new WebSocket(`ws://localhost:${location.port}/echo`);
  socket.onopen = () => resolve('let in');
  socket.onerror = () => resolve('kept out');
});
(async () => {
  const lines = await Promise.all([fetched(), heard(), talked(), foreign()]);
  await fetch('/report', {method: 'POST', body: lines.join('\n')});
})().catch(error => fetch('/report', {method: 'POST', body: String(error)}));
</script>)html";

async_generator<server_sent_event> three_events() {
  co_yield server_sent_event{.data = "one", .id = "1"};
  co_yield server_sent_event{.data = "two\nlines", .id = "2"};
  co_yield server_sent_event{.data = "three", .id = "3"};
  event never;
  co_await never.wait();
}

task<> echo(websocket::connection& c) {
  while (auto m = co_await c.next()) co_await c.send(std::move(*m));
}

server page_server(std::string& report, event& reported) {
  server s;
  s.route("GET", "/", [](server_request&) -> task<server_reply> {
    co_return server_reply::html(200, std::string(page));
  });
  s.route("POST", "/upload", [](server_request& request) -> task<server_reply> {
    co_return server_reply::text(200, std::to_string((co_await request.text()).size()));
  });
  s.route("GET", "/events",
          [](server_request&) -> task<server_reply> { co_return event_stream(three_events()); });
  s.route("GET", "/echo", [](server_request& request) -> task<server_reply> {
    co_return websocket::accept(request, echo, {.subprotocols = {"v1"}});
  });
  s.route("POST", "/report", [&](server_request& request) -> task<server_reply> {
    report = co_await request.text();
    reported.set();
    co_return server_reply::text(200, "");
  });
  return s;
}

task<std::string> what_a_browser_reports() {
  std::string report;
  event reported;
  server s = page_server(report, reported);
  const eddy::testing::temporary_folder profile;
  co_await testing::while_serving(s, [&](endpoint where) -> task<> {
    // Without a port for debugging it would leave once the page is loaded.
    const process running = co_await process::spawn(
        {browser, "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0",
         "--user-data-dir=" + profile.path().string(), testing::at(where, "/")},
        {.out = stdio::null(), .err = stdio::null(), .new_group = true});
    if (!co_await wait_for_optional(reported.wait(), 60s)) report = "nothing within 60 s";
  });
  co_return report;
}

TEST(browser, fetches_listens_and_talks) {
  if (eddy::testing::find_program(browser).empty()) GTEST_SKIP() << browser << " is missing";
  EXPECT_EQ(eddy::run(what_a_browser_reports),
            "fetch 200 200000\n"
            "events one,two/lines,three last 3\n"
            "socket v1 permessage-deflate 100000,bytes 1,255 4000 true\n"
            "kept out");
}

}  // namespace
}  // namespace eddy::http
