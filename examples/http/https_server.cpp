// SPDX-License-Identifier: MIT
// One set of handlers behind TLS, and on a Unix socket for the reverse proxy of this machine.
#include <unistd.h>

#include <iostream>
#include <string>

#include <eddy/core/run.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/http/client.hpp>
#include <eddy/http/server.hpp>

#include "../io/localhost_certificate.hpp"

namespace http = eddy::http;

namespace {

// snippet: serve
eddy::task<http::server_reply> hello(http::server_request& request) {
  co_return http::server_reply::text(200, request.secure ? "hello, over TLS" : "hello, neighbour");
}

eddy::tls::context our_context() {
  return eddy::tls::context::server({.who_we_are = {.chain_pem = std::string(localhost_certificate),
                                                    .key_pem = std::string(localhost_key)}});
}

eddy::task<> serve(eddy::tcp::listener tcp, eddy::unix_socket::listener local) {
  http::server secure({.tls = our_context()});
  http::server plain;
  for (http::server* server : {&secure, &plain}) server->route("GET", "/", hello);
  co_await eddy::with_task_group([&](eddy::task_group& group) -> eddy::task<> {
    (void)group.create_task(&http::server::serve, &secure, std::move(tcp));
    (void)group.create_task(&http::server::serve, &plain, std::move(local));
    co_return;
  });
}
// end snippet

eddy::task<> start() {
  auto tcp = eddy::tcp::listen({eddy::ip_address::loopback_v4(), 0});
  const std::string port = std::to_string(tcp.local_endpoint().port);
  const std::string path = "@eddy-https-server-" + std::to_string(::getpid());
  auto local = eddy::unix_socket::listen(path);
  co_await eddy::with_task_group([&](eddy::task_group& group) -> eddy::task<> {
    auto serving = group.create_task(serve, std::move(tcp), std::move(local));

    http::client client({.tls = eddy::tls::context::client(
                             {.trust = {.pem = std::string(localhost_certificate)}})});
    std::cout << co_await (co_await client.get("https://localhost:" + port + "/")).text() << '\n';

    auto proxy = co_await eddy::unix_socket::connect(path);
    co_await proxy.write_all("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    std::string answer(1000, '\0');
    answer.resize(co_await proxy.read_some(answer));
    std::cout << answer.substr(answer.find("\r\n\r\n") + 4) << '\n';

    serving.cancel();
  });
}

}  // namespace

int main() { return eddy::run(start); }
