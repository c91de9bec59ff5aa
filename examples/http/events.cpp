// SPDX-License-Identifier: MIT
// A server that tells how far a job is, event by event, and a client that listens.
#include <chrono>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/codec/json.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/stream.hpp>
#include <eddy/http/client.hpp>
#include <eddy/http/events.hpp>
#include <eddy/http/server.hpp>

#include "local_server.hpp"

using namespace std::chrono_literals;
namespace http = eddy::http;
namespace json = eddy::json;

// snippet: events-server
eddy::async_generator<http::server_sent_event> progress() {
  for (int percent = 0; percent <= 100; percent += 50) {
    co_yield http::server_sent_event{.data = json::write(json::object{{"percent", percent}}),
                                     .name = "progress",
                                     .id = std::to_string(percent)};
    co_await eddy::sleep(1ms);
  }
  co_yield http::server_sent_event{.data = "done"};
}

eddy::task<http::server_reply> show_progress(http::server_request&) {
  co_return http::event_stream(progress());
}
// end snippet

// snippet: events-client
eddy::task<> listen(http::client& client, std::string url) {
  http::response answer = co_await client.get(url);
  EDDY_FOR (const http::server_sent_event& event, http::events(answer)) {
    std::cout << (event.name.empty() ? "message" : event.name) << ": " << event.data << '\n';
  }
}
// end snippet

/// The same of bytes that came in some other way.
void read_a_recording(std::string_view bytes) {
  http::event_parser parser;
  std::vector<http::server_sent_event> events;
  parser.push(bytes, events);
  for (const http::server_sent_event& event : events) std::cout << "then: " << event.data << '\n';
}

eddy::task<> main_task() {
  http::server server;
  server.route("GET", "/progress", show_progress);
  co_await while_serving(server, [](std::string origin) -> eddy::task<> {
    http::client client;
    co_await listen(client, origin + "/progress");
    read_a_recording("data: once\n\ndata: twice\n\n");
  });
}

int main() { return eddy::run(main_task); }
