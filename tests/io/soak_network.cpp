// SPDX-License-Identifier: MIT
#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <eddy/core/error.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/io/serve.hpp>
#include <eddy/io/tls.hpp>
#include <eddy/io/udp.hpp>
#include <tls_pair.hpp>

#include "soak_stage.hpp"

namespace eddy::soak {
namespace {

template <class Stream>
task<> echo(Stream& client) {
  std::string chunk(16 << 10, '\0');
  while (const std::size_t got = co_await client.read_some(chunk)) {
    co_await client.write_all(std::string_view(chunk).substr(0, got));
  }
  co_await client.shutdown();
}

/// Clients come and go as they like: how is none of the server's errors.
template <class Serve>
task<> whatever_becomes_of_it(Serve serve_one) {
  try {
    co_await serve_one();
  } catch (const std::exception&) {
  }
}

template <class Socket>
task<> serve_plain(Socket client) {
  co_await whatever_becomes_of_it([&] { return echo(client); });
}

task<> serve_encrypted(tcp::socket client) {
  co_await whatever_becomes_of_it([&]() -> task<> {
    auto stream = co_await tls::accept(std::move(client), server_context());
    co_await echo(stream);
  });
}

template <class Stream>
task<> expect_echo(stage& s, Stream& stream) {
  const std::string sent = s.random.bytes(200'000);
  auto [nothing, received] = co_await gather(write_and_end(stream, sent), read_whole(stream));
  EXPECT_TRUE(received == sent) << received.size() << " bytes came of " << sent.size();
}

task<> talk(stage& s) {
  tcp::socket socket = co_await tcp::connect(s.plain.local_endpoint());
  co_await expect_echo(s, socket);
}

task<> talk_through_a_unix_socket(stage& s) {
  unix_socket::socket socket = co_await unix_socket::connect(s.unix_name);
  co_await expect_echo(s, socket);
}

task<> talk_in_secret(stage& s) {
  auto stream = co_await tls::connect(co_await tcp::connect(s.encrypted.local_endpoint()),
                                      client_context(), {.host = "127.0.0.1"});
  co_await expect_echo(s, stream);
}

task<> hang_up(stage& s) {
  tcp::socket socket = co_await tcp::connect(s.plain.local_endpoint());
  co_await socket.write_all(s.random.bytes(1000));
  if (s.random.below(2) == 0) socket.reset();
}

task<> send_datagrams(stage& s) {
  udp::socket from = udp::bind({ip_address::loopback_v4(), 0});
  udp::socket to = udp::bind({ip_address::loopback_v4(), 0});
  std::vector<std::string> texts;
  std::vector<udp::outgoing> out;
  for (std::size_t i = 0; i < 10; ++i) texts.push_back(s.random.bytes(1000));
  for (const std::string& text : texts) {
    out.push_back({.bytes = std::as_bytes(std::span(text)), .to = to.local_endpoint()});
  }
  const auto receive = [&]() -> task<> {
    std::string buffer(2000, '\0');
    for (const std::string& text : texts) {
      const udp::received got = co_await to.receive_from(buffer);
      EXPECT_TRUE(buffer.substr(0, got.size) == text);
    }
  };
  co_await gather(from.send_many(out), receive());
}

task<> pass_a_descriptor(stage&) {
  auto [a, b] = unix_socket::pair();
  const std::array fds{a.native_handle(), b.native_handle()};
  std::array<std::byte, 8> buffer{};
  auto [nothing, got] =
      co_await gather(a.send_fds(std::as_bytes(std::span("two", 3)), fds), b.receive_fds(buffer));
  EXPECT_EQ(got.fds.size(), 2U);
}

task<> look_a_name_up(stage& s) {
  const std::size_t number = s.random.below(stage::hosts);
  const auto found = co_await s.names.resolve(stage::host(number));
  EXPECT_EQ(found.at(0).to_string(), "10.0.0." + std::to_string(number));
}

}  // namespace

std::span<const actor> network_actors() noexcept {
  static constexpr actor all[] = {
      talk,           talk_through_a_unix_socket, talk_in_secret, hang_up,
      send_datagrams, pass_a_descriptor,          look_a_name_up};
  return all;
}

task<> serve_all(stage& s) {
  co_await gather(serve(s.plain, serve_plain<tcp::socket>),
                  serve(s.local, serve_plain<unix_socket::socket>),
                  serve(s.encrypted, serve_encrypted));
}

}  // namespace eddy::soak
