// SPDX-License-Identifier: MIT
// A download that goes to a file as it comes, with a bar that shows how far it is.
#include <charconv>
#include <iostream>
#include <string>
#include <string_view>

#include <eddy/core/run.hpp>
#include <eddy/core/with.hpp>
#include <eddy/http/client.hpp>
#include <eddy/io/file.hpp>
#include <eddy/io/temporary.hpp>

#include "local_server.hpp"

namespace http = eddy::http;

namespace {

constexpr std::size_t file_size = 4'000'000;

// snippet: download
/// Shows a bar of ten cells, drawn again only when it changes.
class progress_bar {
 public:
  explicit progress_bar(std::size_t whole) : whole_(whole) {}
  void advance(std::size_t bytes) {
    done_ += bytes;
    const std::size_t cells = whole_ > 0 ? 10 * done_ / whole_ : 0;
    for (; shown_ < cells; ++shown_) std::cout << '#' << std::flush;
  }

 private:
  std::size_t whole_;
  std::size_t done_ = 0;
  std::size_t shown_ = 0;
};

eddy::task<std::size_t> download(http::client& client, std::string url, std::string path) {
  http::response answer = co_await client.get(url);
  std::size_t announced = 0;
  if (const auto field = answer.headers().get("Content-Length")) {
    std::from_chars(field->data(), field->data() + field->size(), announced);
  }
  const auto save = [&](eddy::file& to) -> eddy::task<std::size_t> {
    progress_bar bar(announced);
    std::size_t size = 0;
    while (const auto piece = co_await answer.next()) {  // the server waits while we write
      co_await to.write_all(*piece);
      bar.advance(piece->size());
      size += piece->size();
    }
    co_return size;
  };
  co_return co_await eddy::with(eddy::file::open(path, {.create = true, .truncate = true}), save);
}
// end snippet

eddy::task<> start() {
  http::server server;
  server.route("GET", "/big", [](http::server_request&) -> eddy::task<http::server_reply> {
    co_return http::server_reply::text(200, std::string(file_size, 'x'));
  });
  co_await while_serving(server, [](std::string origin) -> eddy::task<> {
    http::client client;
    co_await eddy::with(eddy::temporary_directory::make(),
                        [&](eddy::temporary_directory& folder) -> eddy::task<> {
                          const std::string path = folder.path() + "/big";
                          const std::size_t size = co_await download(client, origin + "/big", path);
                          std::cout << ' ' << size << " bytes, "
                                    << (co_await eddy::read_file(path)).size() << " in the file\n";
                        });
  });
}

}  // namespace

int main() { return eddy::run(start); }
