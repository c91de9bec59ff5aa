// SPDX-License-Identifier: MIT
// aiohttp and websockets: the rows of docs/from-asyncio.md under these names.
#include <chrono>
#include <iostream>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/codec/json.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/with.hpp>
#include <eddy/flow/stream.hpp>
#include <eddy/http/client.hpp>
#include <eddy/http/events.hpp>
#include <eddy/http/multipart.hpp>
#include <eddy/http/server.hpp>
#include <eddy/http/static_files.hpp>
#include <eddy/http/websocket.hpp>
#include <eddy/io/file.hpp>
#include <eddy/io/temporary.hpp>

namespace http = eddy::http;
namespace json = eddy::json;
namespace websocket = eddy::http::websocket;
using namespace std::chrono_literals;

// snippet: session
eddy::task<> visit(std::string origin) {
  co_await eddy::with(http::client(), [&](http::client& session) -> eddy::task<> {
    http::response page = co_await session.get(origin + "/");
    std::cout << page.status() << ' ' << co_await page.text() << '\n';
  });
}
// end snippet

eddy::task<> ask(http::client& session, std::string origin) {
  {
    // snippet: json
    const json::object tea = {{"name", "tea"}};
    http::response r = co_await session.post(origin + "/echo", {.body = http::body::json(tea)});
    r.raise_for_status();
    const json::value answer = co_await r.json();
    std::cout << answer["name"].as_string() << '\n';
    // end snippet
  }
  {
    // snippet: limits
    http::client patient(
        {.max_connections = 20, .max_per_host = 4, .connect_timeout = 2s, .total_timeout = 30s});
    // end snippet
    http::response r = co_await patient.head(origin + "/");
    std::cout << r.status() << '\n';
  }
  {
    // snippet: errors
    try {
      http::response r = co_await session.get(origin + "/nowhere", {.timeout = 5s});
      r.raise_for_status();
    } catch (const http::status_error& error) {
      std::cout << "status " << error.status() << '\n';
    } catch (const http::client_error& error) {
      std::cout << "failed: " << error.what() << '\n';
    } catch (const eddy::timeout_error&) {
      std::cout << "too slow\n";
    }
    // end snippet
  }
  {
    // snippet: gather
    const auto ask = [&](const std::string& path) { return session.get(origin + path); };
    const std::vector<std::string> paths = {"/", "/users/ada", "/files/a.txt"};
    for (http::response& r : co_await eddy::gather(paths | std::views::transform(ask))) {
      std::cout << r.url().substr(origin.size()) << ": " << r.status() << '\n';
    }
    // end snippet
  }
}

eddy::task<> save(http::client& session, std::string url, std::string path) {
  // snippet: download
  http::response r = co_await session.get(url);
  auto out = co_await eddy::file::open(path, {.create = true});
  while (const auto chunk = co_await r.next()) {
    co_await out.write_all(*chunk);
  }
  // end snippet
  std::cout << co_await out.size() << " bytes saved\n";
}

eddy::task<> send(http::client& session, std::string url, std::string path) {
  // snippet: upload
  http::form_data form;
  form.add_field("name", "ada");
  form.add_field("photo", co_await http::body::file(path));
  http::response r = co_await session.post(url, {.body = http::body::multipart(std::move(form))});
  // end snippet
  std::cout << r.status() << '\n';
}

// snippet: handlers
eddy::task<http::server_reply> hello(http::server_request&) {
  co_return http::server_reply::text(200, "hello");
}

eddy::task<http::server_reply> user(http::server_request& request) {
  const std::string name(request.parameter("name"));
  co_return http::server_reply::json(200, json::object{{"name", name}});
}

eddy::task<http::server_reply> echo(http::server_request& request) {
  const json::value document = co_await request.json();
  co_return http::server_reply::json(200, document);
}
// end snippet

// snippet: middleware
eddy::task<http::server_reply> uncached(http::server_request& request, const http::handler& next) {
  http::server_reply reply = co_await next(request);
  reply.headers.set("Cache-Control", "no-store");
  co_return reply;
}
// end snippet

// snippet: stream
http::body_stream count() {
  for (int i = 0; i < 3; ++i) {
    co_yield std::to_string(i) + "\n";
    co_await eddy::sleep(1ms);
  }
}

eddy::task<http::server_reply> counting(http::server_request&) {
  co_return {.body = http::body::stream(count())};
}
// end snippet

// snippet: events
eddy::async_generator<http::server_sent_event> ticks() {
  for (int i = 0; i < 3; ++i) {
    co_yield http::server_sent_event{.data = std::to_string(i), .name = "tick"};
    co_await eddy::sleep(1ms);
  }
}

eddy::task<http::server_reply> ticking(http::server_request&) {
  co_return http::event_stream(ticks());
}
// end snippet

// snippet: websocket-server
eddy::task<http::server_reply> chat(http::server_request& request) {
  co_return websocket::accept(request, [](websocket::connection& ws) -> eddy::task<> {
    EDDY_FOR (const websocket::message& said, ws) {
      co_await ws.send("you said " + said.data);
    }
  });
}
// end snippet

// snippet: websocket-client
eddy::task<> talk(std::string url) {
  co_await eddy::with(websocket::connect(url), [](websocket::connection& ws) -> eddy::task<> {
    co_await ws.send("hello");
    const auto answer = co_await ws.next();
    if (answer) std::cout << answer->data << '\n';
  });
}
// end snippet

eddy::task<http::server_reply> accepted(http::server_request&) { co_return {.status = 202}; }

eddy::task<> visit_all(std::string origin, std::string folder) {
  co_await visit(origin);
  http::client session;
  co_await ask(session, origin);
  co_await save(session, origin + "/count", folder + "/count.txt");
  co_await send(session, origin + "/photos", folder + "/a.txt");
  http::response events = co_await session.get(origin + "/ticks");
  EDDY_FOR (const auto& tick, http::events(events)) {
    std::cout << tick.name << ' ' << tick.data << '\n';
  }
  co_await talk("ws" + origin.substr(4) + "/chat");
}

eddy::task<> serve_and_visit(eddy::temporary_directory& made) {
  const std::string folder = made.path();
  co_await eddy::write_file(folder + "/a.txt", "a\n");

  // snippet: application
  http::server app;
  app.use(uncached);
  app.route("GET", "/", hello);
  app.route("GET", "/users/{name}", user);
  app.route("POST", "/echo", echo);
  app.route("GET", "/files/*", http::static_files(folder));
  // end snippet
  app.route("GET", "/count", counting);
  app.route("GET", "/ticks", ticking);
  app.route("GET", "/chat", chat);
  app.route("POST", "/photos", accepted);

  auto listener = eddy::tcp::listen({eddy::ip_address::loopback_v4(), 0});
  const std::string origin = "http://" + listener.local_endpoint().to_string();
  co_await eddy::with_task_group([&](eddy::task_group& group) -> eddy::task<> {
    auto serving = group.create_task(&http::server::serve, &app, std::move(listener));
    co_await visit_all(origin, folder);
    serving.cancel();
  });
}

// snippet: run-app
eddy::task<> run_app(http::server& app) {
  co_await app.serve(eddy::tcp::listen({eddy::ip_address::any_v4(), 8080}));
}
// end snippet

eddy::task<> start() { co_await eddy::with(eddy::temporary_directory::make(), serve_and_visit); }

int main() { return eddy::run(start); }
