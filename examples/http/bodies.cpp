// SPDX-License-Identifier: MIT
// What a client sends, and the forms in which it reads the answer.
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/codec/json.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/with.hpp>
#include <eddy/flow/stream.hpp>
#include <eddy/http/client.hpp>
#include <eddy/http/multipart.hpp>
#include <eddy/io/file.hpp>
#include <eddy/io/temporary.hpp>

#include "local_server.hpp"

namespace http = eddy::http;
namespace json = eddy::json;

namespace {

// snippet: send
eddy::task<> send(http::client& client, std::string url, std::string photo) {
  (void)co_await client.put(url, {.body = "plain text"});
  (void)co_await client.post(url, {.body = http::body::json(json::object{{"name", "Ada"}})});
  const http::form_fields person = {{"name", "Ada"}, {"age", "36"}};
  (void)co_await client.post(url, {.body = http::body::form(person)});

  http::form_data form;
  form.add_field("name", "Ada");
  form.add_field("photo", co_await http::body::file(photo), {.file_name = "ada.png"});
  (void)co_await client.post(url, {.body = http::body::multipart(std::move(form))});
}
// end snippet

// snippet: stream
http::body_stream countdown() {
  for (int i = 3; i > 0; --i) co_yield std::to_string(i) + "\n";
}

eddy::task<> send_stream(http::client& client, std::string url) {
  // A function, and not a stream: it can be called again if the request has to be repeated.
  (void)co_await client.put(url, {.body = http::body::stream(countdown)});
}
// end snippet

// snippet: count
/// For a body of either end: of an answer, or of a request.
eddy::task<std::size_t> size_of(http::incoming_body& body) {
  std::size_t size = 0;
  while (const auto piece = co_await body.next()) size += piece->size();
  co_return size;
}
// end snippet

// snippet: read
eddy::task<> read(http::client& client, std::string url) {
  http::response page = co_await client.get(url);
  EDDY_FOR (std::string_view line, page.lines()) std::cout << "line: " << line << '\n';

  http::response raw = co_await client.get(url);
  std::cout << (co_await raw.bytes()).size() << " bytes\n";

  http::response large = co_await client.get(url);
  std::cout << co_await size_of(large) << " bytes, never held at once\n";

  http::response missing = co_await client.get(url + "nowhere");
  try {
    missing.raise_for_status();
  } catch (const http::status_error& error) {
    std::cout << "status " << error.status() << '\n';
  }
}
// end snippet

eddy::task<http::server_reply> tell(http::server_request& request) {
  const std::string type(request.head.headers.get("Content-Type").value_or("no type"));
  const std::string body = co_await request.text();
  std::cout << request.head.method << ": " << type.substr(0, type.find(';')) << ", " << body.size()
            << " bytes\n";
  co_return http::server_reply{};
}

eddy::task<> run_all(eddy::temporary_directory& folder) {
  const std::string photo = folder.path() + "/ada.png";
  co_await eddy::write_file(photo, std::string(1000, 'x'));
  http::server server;
  server.route("PUT", "/", tell);
  server.route("POST", "/", tell);
  server.route("GET", "/", [](http::server_request&) -> eddy::task<http::server_reply> {
    co_return http::server_reply::text(200, "one\ntwo\n");
  });
  co_await while_serving(server, [&](std::string origin) -> eddy::task<> {
    http::client client;
    co_await send(client, origin + "/", photo);
    co_await send_stream(client, origin + "/");
    co_await read(client, origin + "/");
  });
}

eddy::task<> start() { co_await eddy::with(eddy::temporary_directory::make(), run_all); }

}  // namespace

int main() { return eddy::run(start); }
