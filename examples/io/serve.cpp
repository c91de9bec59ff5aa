// SPDX-License-Identifier: MIT
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/io/serve.hpp>
#include <eddy/io/tcp.hpp>
#include <iostream>
#include <string>

using namespace std::chrono_literals;

// snippet: serve
eddy::task<> answer(eddy::tcp::socket client) {
  std::string question(256, '\0');
  question.resize(co_await client.read_some(question));
  co_await eddy::sleep(20ms);  // thinks
  co_await client.write_all("you said " + question);
}

eddy::task<> serve(eddy::tcp::listener& listener) {
  co_await eddy::serve(listener, answer,
                       {.max_connections = 1000,  // others wait in the backlog
                        .max_per_peer = 50,       // others are closed
                        .drain = 5s,              // after a cancel, answers may be finished
                        .on_error = [](std::string_view peer, const std::exception_ptr&) {
                          std::cout << peer << " got no answer\n";
                        }});
}
// end snippet

eddy::task<> serve_and_ask() {
  auto listener = eddy::tcp::listen({eddy::ip_address::loopback_v4(), 0}, {.backlog = 128});
  co_await eddy::with_task_group([&](eddy::task_group& group) -> eddy::task<> {
    auto server = group.create_task(serve, std::ref(listener));
    // snippet: connect
    auto client = co_await eddy::tcp::connect(
        listener.local_endpoint(),
        {.keepalive = eddy::keepalive_options{.idle = 30s, .interval = 5s, .count = 3}});
    // end snippet
    co_await client.write_all("hello");
    co_await eddy::sleep(10ms);
    server.cancel();  // the answer is on its way, and comes
    std::string text(256, '\0');
    text.resize(co_await client.read_some(text));
    std::cout << text << '\n';
  });
}

int main() { return eddy::run(serve_and_ask); }
