// SPDX-License-Identifier: MIT
// An API that answers row by row, as the rows are made, and a client that uses each as it comes.
#include <iostream>
#include <string>

#include <eddy/codec/json.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/http/client.hpp>

#include "local_server.hpp"

namespace http = eddy::http;
namespace json = eddy::json;
using namespace std::chrono_literals;

namespace {

int made = 0;

// snippet: serve
http::body_stream readings() {
  for (int i = 0; i < 1'000'000; ++i) {
    made = i + 1;
    co_yield json::write(json::object{{"sensor", i % 3}, {"value", 20 + i}}) + "\n";
    co_await eddy::sleep(1ms);
  }
}

eddy::task<http::server_reply> stream(http::server_request&) {
  http::server_reply reply;
  reply.headers.set("Content-Type", "application/jsonl");
  reply.body = http::body::stream(readings());  // made only as fast as the client takes it
  co_return reply;
}
// end snippet

// snippet: consume
eddy::task<> first_rows(http::client& client, std::string url, int count) {
  auto answer = co_await client.get(url);
  auto rows = answer.lines();
  while (const auto row = co_await rows.next()) {
    const json::value reading = json::parse(*row);
    std::cout << "sensor " << reading["sensor"].as<int>() << ": " << reading["value"].as<int>()
              << '\n';
    if (--count == 0) break;  // the server sees us leave, and makes no more
  }
}
// end snippet

eddy::task<> start() {
  http::server server;
  server.route("GET", "/readings", stream);
  co_await while_serving(server, [](std::string origin) -> eddy::task<> {
    http::client client;
    co_await first_rows(client, origin + "/readings", 4);
  });
  std::cout << (made < 1000 ? "made few more than were read" : "made them all") << '\n';
}

}  // namespace

int main() { return eddy::run(start); }
