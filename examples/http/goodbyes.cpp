// SPDX-License-Identifier: MIT
// How a WebSocket ends, and how a client learns it.
#include <iostream>
#include <string>

#include <eddy/core/run.hpp>
#include <eddy/http/server.hpp>
#include <eddy/http/websocket.hpp>

#include "local_server.hpp"

namespace http = eddy::http;
namespace websocket = eddy::http::websocket;

namespace {

// snippet: server
eddy::task<> only_text(websocket::connection& c) {
  while (const auto said = co_await c.next()) {
    if (said->kind == websocket::message_kind::binary) {
      co_await c.close(websocket::close_code::unsupported_data, "only text, please");
      co_return;
    }
    co_await c.send("you said " + said->data);
  }
}
// end snippet

// snippet: client
eddy::task<> talk(std::string url) {
  try {
    auto c = co_await websocket::connect(url);
    co_await c.send("hello");
    while (const auto heard = co_await c.next()) {
      std::cout << heard->data << '\n';
      co_await c.send_binary("\x01\x02");
    }
  } catch (const websocket::connection_closed& end) {
    const websocket::close_reason& why = end.reason();
    std::cout << static_cast<int>(why.code) << ": " << why.text << '\n';
  } catch (const websocket::handshake_refused& refused) {
    std::cout << "no WebSocket there: " << refused.status() << '\n';
  }
}
// end snippet

eddy::task<http::server_reply> open(http::server_request& request) {
  co_return websocket::accept(request, only_text);
}

eddy::task<> serve_and_talk() {
  http::server server;
  server.route("GET", "/talk", open);
  co_await while_serving(server, [](std::string origin) -> eddy::task<> {
    const std::string host = origin.substr(std::string("http").size());
    co_await talk("ws" + host + "/talk");
    co_await talk("ws" + host + "/nowhere");
  });
}

}  // namespace

int main() { return eddy::run(serve_and_talk); }
