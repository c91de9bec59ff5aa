// SPDX-License-Identifier: MIT
#include <algorithm>

#include "network.hpp"
#include "stream_socket.hpp"

namespace eddy::testing::sim {

void network::plan_failure(network_call call, int error) {
  planned_[static_cast<std::size_t>(call)].push_back(error);
}

int network::take_planned(network_call call) noexcept {
  auto& planned = planned_[static_cast<std::size_t>(call)];
  if (planned.empty()) return 0;
  const int error = planned.front();
  planned.pop_front();
  return error;
}

std::size_t network::cut_short(std::size_t most) {
  if (faults.chunk == 0 || most == 0) return most;
  return std::min<std::size_t>(most, 1 + random.below(faults.chunk));
}

void network::reset_all(const ip_address& host) {
  // Collected first: who is reset may go at once.
  std::vector<stream_socket*> ends;
  const auto collect = [&](stream_socket& s) {
    if (s.touches(host)) ends.push_back(&s);
  };
  for (const auto& s : sockets_) {
    if (s == nullptr || s->type != SOCK_STREAM) continue;
    auto& stream = static_cast<stream_socket&>(*s);
    collect(stream);
    stream.for_unaccepted(collect);
  }
  for (const auto& s : crowd_) collect(*s);
  for (stream_socket* s : ends) s->fail(ECONNRESET);
}

void network::storm(const endpoint& listener, int clients) {
  const bool v6 = listener.address.is_v6();
  const int family = v6 ? AF_INET6 : AF_INET;
  ip_address host = ip_address::v4({10, 99, 99, 99});
  if (v6) host = ip_address::v6({0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x99});
  for (int i = 0; i < clients; ++i) {
    auto client = std::make_unique<stream_socket>(*this, family, SOCK_STREAM);
    (void)client->bind({.family = family, .at = {host, 0}});
    client->connect_by_itself({.family = family, .at = listener});
    crowd_.push_back(std::move(client));
  }
}

}  // namespace eddy::testing::sim
