// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>

#include <gtest/gtest.h>

#include <eddy/core/task.hpp>
#include <eddy/io/dns.hpp>
#include <eddy/io/tcp.hpp>
#include <eddy/io/unix_socket.hpp>

#include "fake_dns_server.hpp"
#include "scratch.hpp"
#include "tcp_pair.hpp"

namespace eddy::soak {

/// All chance of a round, from its seed.
class chance {
 public:
  explicit chance(std::uint64_t seed) : from_(seed) {}
  std::size_t below(std::size_t limit) { return from_() % limit; }
  std::string bytes(std::size_t most) {
    std::string some(below(most), '\0');
    for (char& each : some) each = static_cast<char>(from_());
    return some;
  }

 private:
  std::mt19937_64 from_;
};

/// What the actors of one round share: servers that answer each with what it said, a name server,
/// and a folder.
struct stage {
  static constexpr std::size_t hosts = 50;

  explicit stage(std::uint64_t seed) : random(seed) {
    for (std::size_t i = 0; i < hosts; ++i) {
      name_server.add_host(host(i), "10.0.0." + std::to_string(i));
    }
  }
  static std::string host(std::size_t number) { return "host" + std::to_string(number) + ".test"; }

  chance random;
  tcp::listener plain = listen_on_loopback();
  tcp::listener encrypted = listen_on_loopback();
  std::string unix_name = "@eddy soak " + std::to_string(::getpid());
  unix_socket::listener local = unix_socket::listen(unix_name);
  testing::fake_dns_server name_server;
  dns::resolver names{{.servers = {name_server.where()},
                       .search = std::vector<std::string>{},
                       .cache_size = hosts / 2,
                       .hosts_file = "/nonexistent"}};
  testing::scratch folder;
  int lock_holders = 0;
  long finished = 0;
  long cut_short = 0;
};

/// Does something with the stage, checks what comes of it, and may be cancelled anywhere.
using actor = task<> (*)(stage&);

[[nodiscard]] std::span<const actor> network_actors() noexcept;
[[nodiscard]] std::span<const actor> file_actors() noexcept;
[[nodiscard]] std::span<const actor> process_actors() noexcept;

/// Serves on all listeners of the stage.
[[nodiscard]] task<> serve_all(stage& s);

template <class Reader>
task<std::string> read_whole(Reader& from) {
  std::string whole;
  std::string chunk(16 << 10, '\0');
  while (const std::size_t got = co_await from.read_some(chunk)) whole.append(chunk, 0, got);
  co_return whole;
}

template <class Writer>
task<> write_and_end(Writer& to, const std::string& bytes) {
  co_await to.write_all(bytes);
  co_await to.shutdown();
}

}  // namespace eddy::soak
