// SPDX-License-Identifier: MIT
#include <eddy/core/run.hpp>
#include <eddy/core/with.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/flow/stream.hpp>
#include <eddy/http/websocket.hpp>
#include <eddy/http/websocket_room.hpp>
#include <iostream>

#include "local_server.hpp"

namespace http = eddy::http;
namespace websocket = eddy::http::websocket;

// snippet: server
/// Tells everybody in the room what one of them says.
eddy::task<> chat(websocket::room& everybody, websocket::connection& c) {
  const auto seat = everybody.join(c);
  const auto hello = co_await c.next();  // the first message is the name
  if (!hello) co_return;
  everybody.send(hello->data + " has come");
  while (auto said = co_await c.next()) everybody.send(hello->data + ": " + said->data);
  everybody.send(hello->data + " has left");
}

http::server chat_server(websocket::room& everybody) {
  http::server server;
  server.route("GET", "/chat",
               [&](http::server_request& request) -> eddy::task<http::server_reply> {
                 co_return websocket::accept(
                     request, [&](websocket::connection& c) { return chat(everybody, c); },
                     // Who cannot keep up misses the oldest lines, and stays.
                     {.connection = {.when_full = websocket::slow_client::drop_oldest}});
               });
  return server;
}
// end snippet

// snippet: client
eddy::task<> visit(std::string url) {
  co_await eddy::with(websocket::connect(url), [](websocket::connection& ada) -> eddy::task<> {
    co_await ada.send("Ada");
    co_await ada.send("is anybody here?");
    while (auto line = co_await ada.next()) {
      if (line->data == "Ada: is anybody here?") break;  // everybody has been told
    }
  });  // closes with 1000
}

eddy::task<> stay(std::string url, eddy::event& seated) {
  auto bob = co_await websocket::connect(url);
  co_await bob.send("Bob");
  EDDY_FOR (const websocket::message& line, bob) {
    std::cout << line.data << '\n';
    seated.set();
    if (line.data == "Ada has left") co_await bob.close();
  }
}
// end snippet

eddy::task<> meet(std::string origin) {
  const std::string url = "ws" + origin.substr(4) + "/chat";
  co_await eddy::with_task_group([&](eddy::task_group& group) -> eddy::task<> {
    eddy::event seated;
    auto bob = group.create_task(stay, url, std::ref(seated));
    co_await seated.wait();
    co_await visit(url);
    co_await bob;
  });
}

int main() {
  return eddy::run([]() -> eddy::task<> {
    websocket::room everybody;
    http::server server = chat_server(everybody);
    co_await while_serving(server, meet);
  });
}
