// SPDX-License-Identifier: MIT
// The "hello" of ../README.md as anyone would write it: `http_server PORT`; EDDY_BACKEND chooses.
// Router, limits and time-outs are the server's defaults.
#include <cstdint>
#include <cstdlib>
#include <utility>

#include <eddy/core/run.hpp>
#include <eddy/http/server.hpp>
#include <eddy/io/tcp.hpp>

namespace {

namespace http = eddy::http;

eddy::task<http::server_reply> hello(http::server_request&) {
  co_return http::server_reply::text(200, "Hello, World!");
}

eddy::task<> serve(std::uint16_t port) {
  http::server server;
  server.route("GET", "/", hello);
  eddy::tcp::listener listener = eddy::tcp::listen({eddy::ip_address::loopback_v4(), port});
  co_await server.serve(std::move(listener));
}

}  // namespace

int main(int, char** arguments) {
  eddy::run([&] { return serve(static_cast<std::uint16_t>(std::atoi(arguments[1]))); });
}
