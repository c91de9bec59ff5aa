// SPDX-License-Identifier: MIT
// What those who run a server want of it: health, figures for Prometheus, an access log, and
// answers that are compressed.
#include <iostream>
#include <string>

#include <eddy/core/run.hpp>
#include <eddy/http/access_log.hpp>
#include <eddy/http/client.hpp>
#include <eddy/http/compression.hpp>
#include <eddy/http/health.hpp>
#include <eddy/http/metrics.hpp>
#include <eddy/http/server.hpp>

#include "local_server.hpp"

namespace http = eddy::http;

eddy::task<http::server_reply> big_page(http::server_request&) {
  co_return http::server_reply::text(200, std::string(100'000, 'x'));
}

eddy::task<> main_task() {
  // snippet: operations
  http::metrics figures;
  auto count = figures.count_requests();
  const http::metric_labels berlin = {{"shop", "berlin"}};
  http::counter& orders = figures.counter("orders_total", "Orders taken.", berlin);
  http::gauge& waiting = figures.gauge("orders_waiting", "Orders not packed yet.");
  http::histogram& value = figures.histogram("order_euros", "What they cost.", {}, {10, 100});
  http::server server({.on_request = [&](const http::access_record& record) {
    count(record);
    std::cerr << http::access_log_line(record) << '\n';
  }});
  server.use(http::compression());
  server.route("GET", "/healthz", http::health());
  server.route("GET", "/metrics", figures.page());
  server.route("GET", "/page", big_page);
  orders.add();
  waiting.set(1);
  value.observe(24.9);
  // end snippet

  co_await while_serving(server, [](std::string origin) -> eddy::task<> {
    http::client client;
    http::response health = co_await client.get(origin + "/healthz");
    std::cout << co_await health.text();
    http::response page = co_await client.get(origin + "/page");
    std::cout << page.headers().contains("Content-Encoding") << ' ' << (co_await page.text()).size()
              << '\n';
    http::response metrics = co_await client.get(origin + "/metrics");
    const std::string text = co_await metrics.text();
    std::cout << text.contains("http_requests_total{method=\"GET\",status=\"200\"} 2\n") << '\n'
              << text.contains("order_euros_bucket{le=\"100\"} 1\n") << '\n';
  });
}

int main() { return eddy::run(main_task); }
