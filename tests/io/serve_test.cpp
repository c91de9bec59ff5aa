// SPDX-License-Identifier: MIT
#include <eddy/io/serve.hpp>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/core/error.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/io/unix_socket.hpp>
#include <eddy/testing/test.hpp>

#include <temporary_folder.hpp>

#include "tcp_pair.hpp"

namespace eddy {
namespace {

using namespace std::chrono_literals;

task<> echo(tcp::socket s) {
  std::string chunk(4096, '\0');
  while (const std::size_t got = co_await s.read_some(chunk)) {
    co_await s.write_all(std::string_view(chunk).substr(0, got));
  }
}

/// Runs `body` beside a server, then cancels the server.
template <class Handler, class Body>
task<> beside_server(tcp::listener& listener, Handler handler, serve_options options, Body body) {
  co_await with_task_group([&](task_group& group) -> task<> {
    auto server =
        group.create_task([&] { return serve(listener, std::move(handler), std::move(options)); });
    co_await body();
    server.cancel();
  });
}

task<std::string> ask(const tcp::listener& listener, std::string question) {
  tcp::socket s = co_await tcp::connect(listener.local_endpoint());
  co_await s.write_all(question);
  co_await s.shutdown();
  co_return co_await read_to_end(s);
}

EDDY_NETWORK_TEST(serve, connections_are_served_side_by_side) {
  tcp::listener listener = listen_on_loopback();
  co_await beside_server(listener, echo, {}, [&]() -> task<> {
    tcp::socket idle = co_await tcp::connect(listener.local_endpoint());
    EXPECT_EQ(co_await ask(listener, "one"), "one");
    EXPECT_EQ(co_await ask(listener, "two"), "two");
    co_await idle.write_all("late");
    co_await expect_text(idle, "late");
  });
}

EDDY_NETWORK_TEST(serve, a_handler_that_throws_ends_its_connection_only) {
  tcp::listener listener = listen_on_loopback();
  std::vector<std::string> errors;
  serve_options options;
  options.on_error = [&](std::string_view peer, const std::exception_ptr& error) {
    errors.push_back(std::string(peer.substr(0, peer.find(':'))) + " " + detail::describe(error));
  };
  const auto handler = [](tcp::socket s) -> task<> {
    const std::string question = co_await read_to_end(s);
    if (question == "bad") throw std::runtime_error("cannot serve that");
    co_await s.write_all(question);
  };
  co_await beside_server(listener, handler, options, [&]() -> task<> {
    EXPECT_EQ(co_await ask(listener, "bad"), "");
    EXPECT_EQ(co_await ask(listener, "good"), "good");
  });
  EXPECT_EQ(errors, std::vector<std::string>{"127.0.0.1 cannot serve that"});
}

EDDY_NETWORK_TEST(serve, an_error_nobody_asked_for_goes_to_stderr) {
  tcp::listener listener = listen_on_loopback();
  ::testing::internal::CaptureStderr();
  const auto handler = [](tcp::socket) -> task<> {
    throw std::runtime_error("cannot serve that");
    co_return;
  };
  co_await beside_server(listener, handler, {}, [&]() -> task<> {
    tcp::socket s = co_await tcp::connect(listener.local_endpoint());
    EXPECT_EQ(co_await read_to_end(s), "");
  });
  const std::string said = ::testing::internal::GetCapturedStderr();
  EXPECT_TRUE(said.starts_with("eddy: the handler of 127.0.0.1:")) << said;
  EXPECT_TRUE(said.ends_with(" failed: cannot serve that\n")) << said;
}

EDDY_NETWORK_TEST(serve, no_more_connections_at_once_than_allowed) {
  tcp::listener listener = listen_on_loopback();
  int now = 0;
  int most = 0;
  const auto handler = [&](tcp::socket s) -> task<> {
    most = std::max(most, ++now);
    co_await echo(std::move(s));
    --now;
  };
  co_await beside_server(listener, handler, {.max_connections = 2}, [&]() -> task<> {
    std::vector<tcp::socket> clients;
    for (int i = 0; i < 5; ++i) clients.push_back(co_await tcp::connect(listener.local_endpoint()));
    co_await settle();
    EXPECT_EQ(now, 2);
    for (tcp::socket& client : clients) {
      co_await client.write_all("turn");
      co_await expect_text(client, "turn");
      client.close();
    }
  });
  EXPECT_EQ(most, 2);
}

EDDY_NETWORK_TEST(serve, a_cancel_ends_the_handlers_and_leaves_the_listener) {
  tcp::listener listener = listen_on_loopback();
  tcp::socket client = co_await tcp::connect(listener.local_endpoint());
  co_await beside_server(listener, echo, {}, [&]() -> task<> {
    co_await client.write_all("served");
    co_await expect_text(client, "served");
  });
  EXPECT_EQ(co_await read_to_end(client), "");
  co_await beside_server(listener, echo, {},
                         [&]() -> task<> { EXPECT_EQ(co_await ask(listener, "again"), "again"); });
}

EDDY_NETWORK_TEST(serve, a_peer_has_no_more_connections_than_allowed) {
  tcp::listener listener = listen_on_loopback();
  co_await beside_server(listener, echo, {.max_per_peer = 2}, [&]() -> task<> {
    tcp::socket first = co_await tcp::connect(listener.local_endpoint());
    tcp::socket second = co_await tcp::connect(listener.local_endpoint());
    tcp::socket third = co_await tcp::connect(listener.local_endpoint());
    EXPECT_EQ(co_await read_to_end(third), "");
    const endpoint elsewhere{ip_address::v4({127, 0, 0, 2}), 0};
    tcp::socket other = co_await tcp::connect(listener.local_endpoint(), {.bind = elsewhere});
    co_await other.write_all("another peer");
    co_await expect_text(other, "another peer");
    co_await first.shutdown();
    EXPECT_EQ(co_await read_to_end(first), "");
    EXPECT_EQ(co_await ask(listener, "room again"), "room again");
  });
}

EDDY_NETWORK_TEST(serve, a_handler_may_finish_while_it_drains) {
  tcp::listener listener = listen_on_loopback();
  tcp::socket client = co_await tcp::connect(listener.local_endpoint());
  event reached;
  event go_on;
  const auto handler = [&](tcp::socket s) -> task<> {
    reached.set();
    co_await go_on.wait();
    co_await s.write_all("finished");
  };
  co_await with_task_group([&](task_group& group) -> task<> {
    auto server = group.create_task([&] { return serve(listener, handler, {.drain = 1h}); });
    co_await reached.wait();
    server.cancel();
    co_await settle();
    EXPECT_FALSE(server.done());
    go_on.set();
    EXPECT_EQ(co_await read_to_end(client), "finished");
  });
}

EDDY_NETWORK_TEST(serve, a_handler_that_outlasts_the_drain_is_cancelled) {
  tcp::listener listener = listen_on_loopback();
  tcp::socket client = co_await tcp::connect(listener.local_endpoint());
  co_await beside_server(listener, echo, {.drain = 20ms}, [&]() -> task<> {
    co_await client.write_all("served");
    co_await expect_text(client, "served");
  });
  EXPECT_EQ(co_await read_to_end(client), "");
}

EDDY_NETWORK_TEST(serve, nothing_is_accepted_while_it_drains) {
  tcp::listener listener = listen_on_loopback();
  tcp::socket client = co_await tcp::connect(listener.local_endpoint());
  int handled = 0;
  const auto handler = [&](tcp::socket s) -> task<> {
    ++handled;
    co_await echo(std::move(s));
  };
  co_await with_task_group([&](task_group& group) -> task<> {
    auto server = group.create_task([&] { return serve(listener, handler, {.drain = 1h}); });
    co_await client.write_all("served");
    co_await expect_text(client, "served");
    server.cancel();
    const tcp::socket late = co_await tcp::connect(listener.local_endpoint());
    co_await settle();
    EXPECT_EQ(handled, 1);
    client.close();
  });
}

EDDY_NETWORK_TEST(serve, unix_sockets_are_served_alike) {
  const testing::temporary_folder folder;
  const std::string path = folder.path() / "socket";
  unix_socket::listener listener = unix_socket::listen(path);
  const auto handler = [](unix_socket::socket s) -> task<> {
    co_await s.write_all("hello " + s.peer_identity());
  };
  co_await with_task_group([&](task_group& group) -> task<> {
    auto server = group.create_task([&] { return serve(listener, handler); });
    unix_socket::socket client = co_await unix_socket::connect(path);
    EXPECT_EQ(co_await read_to_end(client), "hello " + std::to_string(::getuid()));
    server.cancel();
  });
}

EDDY_NETWORK_TEST(serve, a_listener_that_fails_ends_it) {
  tcp::listener listener = listen_on_loopback();
  listener.close();
  EXPECT_THROW(co_await serve(listener, echo), io_error);
}

}  // namespace
}  // namespace eddy
