// SPDX-License-Identifier: MIT
// Fifty pages, at most ten at once.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <numeric>
#include <ranges>
#include <string>

#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/http/client.hpp>

#include "local_server.hpp"

namespace http = eddy::http;
using namespace std::chrono_literals;

namespace {

// snippet: fetch-many
eddy::task<std::size_t> size_of(http::client& client, std::string url) {
  http::response answer = co_await client.get(std::move(url));
  co_return (co_await answer.text()).size();
}

eddy::task<std::size_t> size_of_all(std::string origin, int pages) {
  http::client client({.max_per_host = 10});
  auto fetches = std::views::iota(0, pages) | std::views::transform([&](int page) {
                   return size_of(client, origin + "/page/" + std::to_string(page));
                 });
  const auto sizes = co_await eddy::gather({.limit = 10}, fetches);
  co_return std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
}
// end snippet

eddy::task<> start() {
  int now = 0;
  int most = 0;
  http::server server;
  server.route("GET", "/page/{n}", [&](http::server_request&) -> eddy::task<http::server_reply> {
    most = std::max(most, ++now);
    co_await eddy::sleep(5ms);
    --now;
    co_return http::server_reply::text(200, std::string(100, 'x'));
  });
  co_await while_serving(server, [&](std::string origin) -> eddy::task<> {
    std::cout << co_await size_of_all(origin, 50) << " bytes, " << most << " requests at once\n";
  });
}

}  // namespace

int main() { return eddy::run(start); }
