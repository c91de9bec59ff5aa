// SPDX-License-Identifier: MIT
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <string>

#include <eddy/core/gather.hpp>
#include <eddy/testing/clock.hpp>
#include <eddy/testing/network.hpp>
#include <eddy/testing/test.hpp>

#include "raw_socket.hpp"

namespace eddy {
namespace {

using namespace eddy::testing;

sockaddr_un at(const char* path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::strncpy(name.sun_path, path, sizeof name.sun_path - 1);
  return name;
}

EDDY_TEST(network_unix, streams_connect_by_path_and_take_no_time) {
  network().set_link({.latency = std::chrono::hours(1), .loss = 1});
  raw_socket listener(AF_UNIX, SOCK_STREAM);
  EXPECT_EQ(listener.bind(at("/run/chat")), 0);
  EXPECT_EQ(listener.listen(), 0);
  raw_socket client(AF_UNIX, SOCK_STREAM);
  auto [connected, accepted] = co_await gather(client.connect(at("/run/chat")), listener.accept());
  EXPECT_EQ(connected, 0);
  raw_socket server(accepted);
  EXPECT_EQ(co_await client.send("hello"), 5);
  EXPECT_EQ(co_await server.receive(), "hello");
  EXPECT_EQ(now(), duration(0));
}

EDDY_TEST(network_unix, a_path_is_taken_until_its_socket_closes) {
  {
    raw_socket first(AF_UNIX, SOCK_STREAM);
    EXPECT_EQ(first.bind(at("/run/chat")), 0);
    raw_socket second(AF_UNIX, SOCK_STREAM);
    EXPECT_EQ(second.bind(at("/run/chat")), -EADDRINUSE);
  }
  raw_socket third(AF_UNIX, SOCK_STREAM);
  EXPECT_EQ(third.bind(at("/run/chat")), 0);
  co_return;
}

EDDY_TEST(network_unix, nobody_there_is_no_such_file_and_nobody_listening_a_refusal) {
  raw_socket client(AF_UNIX, SOCK_STREAM);
  EXPECT_EQ(co_await client.connect(at("/run/nobody")), -ENOENT);
  raw_socket silent(AF_UNIX, SOCK_STREAM);
  EXPECT_EQ(silent.bind(at("/run/silent")), 0);
  EXPECT_EQ(co_await client.connect(at("/run/silent")), -ECONNREFUSED);
}

EDDY_TEST(network_unix, a_write_to_a_closed_peer_fails_at_once) {
  raw_socket listener(AF_UNIX, SOCK_STREAM);
  EXPECT_EQ(listener.bind(at("/run/chat")), 0);
  EXPECT_EQ(listener.listen(), 0);
  raw_socket client(AF_UNIX, SOCK_STREAM);
  auto [connected, accepted] = co_await gather(client.connect(at("/run/chat")), listener.accept());
  {
    const raw_socket server(accepted);
  }
  EXPECT_EQ(co_await client.send("x"), -EPIPE);
  EXPECT_EQ(co_await client.receive(), "");
}

EDDY_TEST(network_unix, datagrams_go_by_path) {
  raw_socket reader(AF_UNIX, SOCK_DGRAM);
  EXPECT_EQ(reader.bind(at("/run/log")), 0);
  raw_socket writer(AF_UNIX, SOCK_DGRAM);
  EXPECT_EQ(co_await writer.send_to("a line", at("/run/log")), 6);
  EXPECT_EQ(co_await reader.receive(), "a line");
  EXPECT_EQ(co_await writer.send_to("a line", at("/run/nobody")), -ECONNREFUSED);
}

}  // namespace
}  // namespace eddy
