// SPDX-License-Identifier: MIT
// What a server is made of: routes with options, a middleware, errors as answers, and a log.
#include <iostream>
#include <map>
#include <string>

#include <eddy/core/run.hpp>
#include <eddy/http/client.hpp>
#include <eddy/http/reply_error.hpp>

#include "local_server.hpp"

namespace http = eddy::http;
using namespace std::chrono_literals;

namespace {

std::map<std::string, std::string, std::less<>> notes = {{"1", "buy milk"}};

// snippet: handlers
eddy::task<http::server_reply> show(http::server_request& request) {
  const auto note = notes.find(request.parameter("id"));
  if (note == notes.end()) throw http::reply_error(404, "there is no such note");
  co_return http::server_reply::text(200, note->second);
}

eddy::task<http::server_reply> store(http::server_request& request) {
  notes[std::string(request.parameter("id"))] = co_await request.text();  // read as it comes
  co_return http::server_reply{.status = 204};
}

eddy::task<http::server_reply> only_for_members(http::server_request& request,
                                                const http::handler& next) {
  if (request.head.method != "GET" && !request.head.headers.contains("Authorization")) {
    co_return http::server_reply::text(401, "who are you?");
  }
  co_return co_await next(request);
}
// end snippet

// snippet: server
void log(const http::access_record& record) {
  std::cout << record.request.head.method << ' ' << record.request.path << ": " << record.status
            << ", " << record.sent << " bytes" << (record.complete ? "\n" : ", incomplete\n");
}

http::server make_server() {
  http::server server({.keep_alive = 30s, .on_request = log});
  server.use(only_for_members);
  server.route("GET", "/notes/{id}", show, {.timeout = 2s});
  server.route("PUT", "/notes/{id}", store, {.max_body = 100});
  return server;
}
// end snippet

eddy::task<> start() {
  http::server server = make_server();
  co_await while_serving(server, [](std::string origin) -> eddy::task<> {
    http::client client;
    (void)co_await client.get(origin + "/notes/1");
    (void)co_await client.get(origin + "/notes/2");
    (void)co_await client.request("PUT", origin + "/notes/2", {.body = "call Mira"});
    const http::headers me = {{"Authorization", "Bearer t0ken"}};
    (void)co_await client.request("PUT", origin + "/notes/2", {.headers = me, .body = "call Mira"});
    (void)co_await client.request("PUT", origin + "/notes/2",
                                  {.headers = me, .body = std::string(101, 'x')});
    (void)co_await client.request("DELETE", origin + "/notes/2", {.headers = me});
    std::cout << co_await (co_await client.get(origin + "/notes/2")).text() << '\n';
  });
}

}  // namespace

int main() { return eddy::run(start); }
