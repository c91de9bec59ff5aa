// SPDX-License-Identifier: MIT
// Serves the files of a folder, and asks for one: all of it, and its end.
#include <iostream>
#include <string>
#include <utility>

#include <eddy/core/run.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/with.hpp>
#include <eddy/http/client.hpp>
#include <eddy/http/static_files.hpp>
#include <eddy/io/file.hpp>
#include <eddy/io/temporary.hpp>

namespace http = eddy::http;

eddy::task<> show(http::client& client, std::string url, http::headers fields = {}) {
  http::response answer = co_await client.get(url, {.headers = std::move(fields)});
  std::cout << answer.status() << ": " << co_await answer.text() << '\n';
}

eddy::task<> serve_folder(eddy::temporary_directory& folder) {
  co_await eddy::write_file(folder.path() + "/note.txt", "hello, file");

  // snippet: static-files
  http::server server;
  server.route("GET", "/files/*", http::static_files(folder.path()));
  // end snippet
  auto listener = eddy::tcp::listen({eddy::ip_address::loopback_v4(), 0});
  const std::string files = "http://" + listener.local_endpoint().to_string() + "/files";

  co_await eddy::with_task_group([&](eddy::task_group& group) -> eddy::task<> {
    auto serving = group.create_task(&http::server::serve, &server, std::move(listener));
    http::client client;
    co_await show(client, files + "/note.txt");
    co_await show(client, files + "/note.txt", {{"Range", "bytes=-4"}});
    co_await show(client, files + "/..%2fetc%2fpasswd");
    serving.cancel();
  });
}

eddy::task<> main_task() { co_await eddy::with(eddy::temporary_directory::make(), serve_folder); }

int main() { return eddy::run(main_task); }
