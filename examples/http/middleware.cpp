// SPDX-License-Identifier: MIT
// What stands before the requests of a client, and what watches them.
#include <iostream>
#include <string>

#include <eddy/core/run.hpp>
#include <eddy/http/client.hpp>

#include "local_server.hpp"

namespace http = eddy::http;

namespace {

// snippet: middleware
/// Asks for a token when the server does not know ours any more, and then once more for the page.
class signed_in {
 public:
  eddy::task<http::response> operator()(http::client_request& request,
                                        const http::client_handler& next) {
    request.options.authorization = http::bearer_auth(token_);
    http::response answer = co_await next(request);
    if (answer.status() != 401) co_return answer;
    token_ = "fresh";  // from where tokens come from
    request.options.authorization = http::bearer_auth(token_);
    co_return co_await next(request);
  }

 private:
  std::string token_ = "stale";
};
// end snippet

// snippet: hooks
http::client_hooks log_to_stdout() {
  return {.ended = [](const http::exchange_record& r) {
    std::cout << r.method << " #" << r.number << ": " << r.status << ", " << r.received
              << " bytes, " << (r.kept_connection ? "kept" : "new") << " connection\n";
  }};
}
// end snippet

eddy::task<> start() {
  http::server server;
  server.route("GET", "/", [](http::server_request& r) -> eddy::task<http::server_reply> {
    const bool known = r.head.headers.get("Authorization") == http::bearer_auth("fresh");
    co_return http::server_reply::text(known ? 200 : 401, known ? "hello" : "");
  });
  co_await while_serving(server, [](std::string origin) -> eddy::task<> {
    http::client client({.hooks = log_to_stdout()});
    const http::client_middleware sign_in = signed_in();
    client.use(sign_in);
    http::response first = co_await client.get(origin + "/");
    std::cout << co_await first.text() << '\n';
    http::response second = co_await client.get(origin + "/");
    std::cout << co_await second.text() << '\n';
  });
}

}  // namespace

int main() { return eddy::run(start); }
