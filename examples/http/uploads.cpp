// SPDX-License-Identifier: MIT
// Many files uploaded at once: each is read as the server takes it, none is held whole.
#include <algorithm>
#include <iostream>
#include <ranges>
#include <string>
#include <vector>

#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/with.hpp>
#include <eddy/http/client.hpp>
#include <eddy/io/file.hpp>
#include <eddy/io/temporary.hpp>

#include "local_server.hpp"

namespace http = eddy::http;

namespace {

// snippet: upload
eddy::task<int> upload(http::client& client, std::string url, std::string path) {
  auto answer = co_await client.put(url, {.body = co_await http::body::file(path)});
  co_return answer.status();
}

eddy::task<std::vector<int>> upload_all(std::string origin, std::vector<std::string> paths) {
  http::client client;
  auto uploads = paths | std::views::transform([&](const std::string& path) {
                   return upload(client, origin + "/in" + path.substr(path.rfind('/')), path);
                 });
  co_return co_await eddy::gather({.limit = 4}, uploads);
}
// end snippet

// snippet: receive
eddy::task<http::server_reply> receive(http::server_request& request) {
  request.limit_body(std::uint64_t{1} << 30);  // more than the usual 1 MiB
  std::size_t size = 0;
  while (const auto piece = co_await request.next()) size += piece->size();
  co_return size == 2'000'000 ? http::server_reply{.status = 201}
                              : http::server_reply::text(400, "");
}
// end snippet

eddy::task<> upload_from(eddy::temporary_directory& folder) {
  std::vector<std::string> paths;
  for (int i = 0; i < 12; ++i) {
    paths.push_back(folder.path() + "/" + std::to_string(i));
    co_await eddy::write_file(paths.back(), std::string(2'000'000, 'x'));
  }
  http::server server;
  server.route("PUT", "/in/{name}", receive);
  co_await while_serving(server, [&](std::string origin) -> eddy::task<> {
    const auto statuses = co_await upload_all(origin, paths);
    std::cout << std::ranges::count(statuses, 201) << " of " << statuses.size() << " arrived\n";
  });
}

eddy::task<> start() { co_await eddy::with(eddy::temporary_directory::make(), upload_from); }

}  // namespace

int main() { return eddy::run(start); }
