// SPDX-License-Identifier: MIT
// A live dashboard: one task measures, every open page hears of it.
//
// With a port (`dashboard 8080`) it serves until Ctrl-C, for a browser; without one it opens its
// own page and listens for a moment.
#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

#include <eddy/codec/json.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/flow/broadcast.hpp>
#include <eddy/flow/stream.hpp>
#include <eddy/http/client.hpp>
#include <eddy/http/events.hpp>
#include <eddy/http/server.hpp>

namespace http = eddy::http;
namespace json = eddy::json;
using namespace std::chrono_literals;

namespace {

constexpr auto page = R"(<!doctype html><meta charset="utf-8"><title>Dashboard</title>
<h1>This process</h1><p>memory <b id="memory">…</b> KiB, processor <b id="cpu">…</b> ms
<script>
  new EventSource('/events').onmessage = ({data}) => {
    for (const [name, value] of Object.entries(JSON.parse(data)))
      document.getElementById(name).textContent = value;
  };
</script>
)";

// snippet: dashboard
using samples = eddy::broadcast<std::string>;

std::string measure() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto cpu = used.ru_utime.tv_sec * 1000 + used.ru_utime.tv_usec / 1000;
  return json::write(json::object{{"memory", used.ru_maxrss}, {"cpu", cpu}});
}

eddy::task<> sample(samples& out) {
  for (;;) {
    co_await out.send(measure());
    co_await eddy::sleep(20ms);
  }
}

/// What one page gets: whatever is measured from now on, until it is closed.
eddy::async_generator<http::server_sent_event> events_of(samples& all) {
  auto subscription = all.subscribe({.when_full = eddy::slow_reader::drop_oldest});
  while (auto sample = co_await subscription.next()) {
    co_yield http::server_sent_event{.data = std::move(*sample)};
  }
}

void install(http::server& server, samples& all) {
  server.route("GET", "/", [](http::server_request&) -> eddy::task<http::server_reply> {
    co_return http::server_reply::html(200, page);
  });
  server.route("GET", "/events", [&](http::server_request&) -> eddy::task<http::server_reply> {
    co_return http::event_stream(events_of(all));
  });
}
// end snippet

eddy::task<> look_at(std::string origin) {
  http::client client;
  auto html = co_await client.get(origin + "/");
  std::cout << ((co_await html.text()).contains("EventSource") ? "a page that listens\n" : "?\n");
  auto answer = co_await client.get(origin + "/events");
  int heard = 0;
  EDDY_FOR (auto& event, http::events(answer)) {
    const json::value values = json::parse(event.data);
    if (values["memory"].as<std::int64_t>() > 0 && ++heard == 3) break;
  }
  std::cout << heard << " measurements\n";
}

eddy::task<> start(std::uint16_t port) {
  samples all;
  http::server server;
  install(server, all);
  auto listener = eddy::tcp::listen({eddy::ip_address::loopback_v4(), port});
  const std::string origin = "http://" + listener.local_endpoint().to_string();
  co_await eddy::with_task_group([&](eddy::task_group& group) -> eddy::task<> {
    auto sampling = group.create_task(sample, std::ref(all));
    auto serving = group.create_task(&http::server::serve, &server, std::move(listener));
    if (port != 0) {
      std::cout << "open " << origin << '\n';
      co_await serving;
    } else {
      co_await look_at(origin);
      serving.cancel();
    }
    sampling.cancel();
  });
}

}  // namespace

int main(int argc, char** argv) {
  const auto port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0);
  return eddy::run([port] { return start(port); });
}
