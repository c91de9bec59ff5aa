// SPDX-License-Identifier: MIT
// A form with a file in it: sent by a client, and taken apart by the server as it comes.
#include <iostream>
#include <string>
#include <utility>

#include <eddy/core/run.hpp>
#include <eddy/http/client.hpp>
#include <eddy/http/multipart.hpp>
#include <eddy/http/multipart_reader.hpp>
#include <eddy/http/server.hpp>

#include "local_server.hpp"

namespace http = eddy::http;

// snippet: multipart-server
eddy::task<http::server_reply> take_form(http::server_request& request) {
  std::string seen;
  http::multipart_reader form(request, request.head.headers);
  while (http::multipart_part* part = co_await form.next()) {
    if (const auto file = part->file_name()) {
      std::size_t size = 0;
      while (const auto piece = co_await part->next()) size += piece->size();
      seen += *file + ": " + std::to_string(size) + " bytes of " + part->content_type() + "\n";
    } else {
      seen += part->name() + ": " + co_await part->text() + "\n";
    }
  }
  co_return http::server_reply::text(200, seen);
}
// end snippet

eddy::task<> main_task() {
  http::server server;
  server.route("POST", "/photos", take_form);
  co_await while_serving(server, [](std::string origin) -> eddy::task<> {
    http::form_data form;
    form.add_field("title", "a kettle")
        .add_field("photo", std::string(100'000, '\x89'),
                   {.file_name = "kettle.png", .content_type = "image/png"});
    http::client client;
    http::response answer =
        co_await client.post(origin + "/photos", {.body = http::body::multipart(std::move(form))});
    std::cout << co_await answer.text();
  });
}

int main() { return eddy::run(main_task); }
