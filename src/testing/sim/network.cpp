// SPDX-License-Identifier: MIT
#include "network.hpp"

#include <cassert>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "datagram_socket.hpp"
#include "stream_socket.hpp"

namespace eddy::testing::sim {

network::network(std::uint64_t seed) : random(seed) {}
network::~network() = default;

void network::advance() noexcept {
  while (events.any_finite() && events.next_deadline() <= now) events.pop().fire();
}

// What arrives in one instant has arrived before anyone looks: a reader gets all of it at once.
void network::deliver() noexcept {
  do {
    advance();
    interruptions.carry_out();
    for (socket* each : std::exchange(woken_, {})) each->retry();
  } while (events.any_finite() && events.next_deadline() <= now);
}

time_point network::next_event() noexcept {
  if (!woken_.empty() || interruptions.any()) return now;
  return events.any_finite() ? events.next_deadline() : time_point::max();
}

// Finding.

socket* network::find(int fd) const noexcept {
  const auto index = static_cast<std::size_t>(fd - first_descriptor);
  return fd >= first_descriptor && index < sockets_.size() ? sockets_[index].get() : nullptr;
}

int network::adopt(std::unique_ptr<socket> made) {
  sockets_.push_back(std::move(made));
  return first_descriptor + static_cast<int>(sockets_.size() - 1);
}

template <class Suits>
socket* network::find_named(int type, const address& at, Suits suits) {
  if (at.family == AF_UNIX) {
    socket* there = names.at_path(type, at.path);
    return there != nullptr && suits(*there) ? there : nullptr;
  }
  // Who has that very address comes before who has all, and those before IPv6 sockets.
  const auto rank = [&](const socket& s) {
    return (s.local.at.address == at.at.address ? 2 : 0) + (s.family == at.family ? 1 : 0);
  };
  std::vector<socket*> those;
  for (socket* each : names.at_port(type, at.at.port)) {
    if (!each->has_name(at) || !suits(*each)) continue;
    if (!those.empty() && rank(*each) > rank(*those.front())) those.clear();
    if (those.empty() || rank(*each) == rank(*those.front())) those.push_back(each);
  }
  if (those.empty()) return nullptr;
  return those[those.size() > 1 ? random.below(those.size()) : 0];
}

stream_socket* network::find_listener(const address& at) {
  return static_cast<stream_socket*>(
      find_named(SOCK_STREAM, at, [](const socket& s) { return s.listening; }));
}

datagram_socket* network::find_datagram_socket(const address& at, const address& from) {
  const auto takes = [&](const socket& s) {
    return static_cast<const datagram_socket&>(s).takes(from);
  };
  // One that is connected there has the first claim.
  socket* found = find_named(SOCK_DGRAM, at, [&](const socket& s) { return s.peer && takes(s); });
  if (found == nullptr) found = find_named(SOCK_DGRAM, at, takes);
  return static_cast<datagram_socket*>(found);
}

address network::destination(address to) {
  if (to.family != AF_UNIX && is_any(to.at.address)) {
    const bool v6 = to.family == AF_INET6;
    to.at.address = v6 ? ip_address::loopback_v6() : ip_address::loopback_v4();
  }
  return to;
}

ip_address network::usual_host(int family) noexcept {
  if (family == AF_INET) return ip_address::v4({10, 0, 0, 1});
  return ip_address::v6({0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
}

std::string network::open_sockets() const {
  std::string all;
  for (const auto& each : sockets_) {
    if (each != nullptr) all += fmt::format("{}\n", each->describe());
  }
  return all;
}

network* network_of(loop& home) { return dynamic_cast<network*>(&home.sockets()); }

// The calls. As with the kernel's, all that was sent to this host has come before each.

int network::open(int family, int type) noexcept {
  type &= ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (family != AF_INET && family != AF_INET6 && family != AF_UNIX) return -EAFNOSUPPORT;
  if (type == SOCK_STREAM) return adopt(std::make_unique<stream_socket>(*this, family, type));
  if (type == SOCK_DGRAM) return adopt(std::make_unique<datagram_socket>(*this, family, type));
  return -ESOCKTNOSUPPORT;
}

int network::pair(int type, int (&fds)[2]) noexcept {
  type &= ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (type != SOCK_STREAM) return -ESOCKTNOSUPPORT;
  auto one = std::make_unique<stream_socket>(*this, AF_UNIX, type);
  auto other = std::make_unique<stream_socket>(*this, AF_UNIX, type);
  stream_socket::join(*one, *other);
  fds[0] = adopt(std::move(one));
  fds[1] = adopt(std::move(other));
  return 0;
}

int network::bind(int fd, const sockaddr* to, socklen_t size) noexcept {
  socket* s = look_up(fd);
  if (s == nullptr) return socket_calls::bind(fd, to, size);
  const auto name = read_address(s->family, to, size);
  return name ? s->bind(*name) : -EINVAL;
}

int network::listen(int fd, int backlog) noexcept {
  socket* s = look_up(fd);
  return s != nullptr ? s->listen(backlog) : socket_calls::listen(fd, backlog);
}

int network::local_name(int fd, sockaddr* to, socklen_t* size) noexcept {
  const socket* s = look_up(fd);
  if (s == nullptr) return socket_calls::local_name(fd, to, size);
  write_address(s->local, to, size);
  return 0;
}

int network::peer_name(int fd, sockaddr* to, socklen_t* size) noexcept {
  const socket* s = look_up(fd);
  if (s == nullptr) return socket_calls::peer_name(fd, to, size);
  if (!s->peer) return -ENOTCONN;
  write_address(*s->peer, to, size);
  return 0;
}

int network::set_option(int fd, int level, int name, const void* value, socklen_t size) noexcept {
  socket* s = look_up(fd);
  if (s == nullptr) return socket_calls::set_option(fd, level, name, value, size);
  return s->set_option(level, name, value, size);
}

int network::get_option(int fd, int level, int name, void* value, socklen_t* size) noexcept {
  socket* s = look_up(fd);
  if (s == nullptr) return socket_calls::get_option(fd, level, name, value, size);
  return s->get_option(level, name, value, size);
}

int network::shutdown(int fd, int how) noexcept {
  socket* s = look_up(fd);
  return s != nullptr ? s->shutdown(how) : socket_calls::shutdown(fd, how);
}

void network::close(int fd) noexcept {
  const socket* s = look_up(fd);
  if (s == nullptr) return socket_calls::close(fd);
  assert(!s->in_use() && "closed while an operation is in flight");
  sockets_[static_cast<std::size_t>(fd - first_descriptor)].reset();
}

}  // namespace eddy::testing::sim
