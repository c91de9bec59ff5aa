// SPDX-License-Identifier: MIT
#include "datagram_socket.hpp"

#include <poll.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "network.hpp"

namespace eddy::testing::sim {
namespace {

constexpr std::size_t longest_datagram = 65'507;
constexpr std::size_t weight_of_one = 768;  // in the receive buffer, besides its bytes

bool is_broadcast(const ip_address& host) {
  return host == ip_address::v4({255, 255, 255, 255}) ||
         host == ip_address::v4({127, 255, 255, 255});
}

bool same(const address& a, const address& b) {
  return a.family == AF_UNIX ? a.path == b.path : a.at == b.at;
}

}  // namespace

bool datagram_socket::takes(const address& from) const {
  return !peer || same(unmapped(*peer), from);
}

void datagram_socket::arrived(const datagram& what) {
  if (stopped_ || size_ + what.bytes.size() + weight_of_one > options.receive_buffer()) return;
  size_ += what.bytes.size() + weight_of_one;
  received_.push_back(what);
  if (family == AF_INET6 && what.from.family == AF_INET) received_.back().from = mapped(what.from);
  wake_reader();
}

void datagram_socket::refused(const address& there) {
  if (!peer || !same(unmapped(*peer), there)) return;
  error = ECONNREFUSED;
  wake_reader();
  wake_writer();
}

int datagram_socket::name_for(const address& to) {
  if (family == AF_UNIX) return 0;
  const bool home = to.at.address.is_loopback();
  if (!is_any(local.at.address)) return 0;
  return name_it(home ? to.at.address : network::usual_host(family));
}

std::optional<int> datagram_socket::connect(const address& to) {
  if (family == AF_UNIX && network_.names.at_path(type, to.path) == nullptr) return -ECONNREFUSED;
  address there = network::destination(to);
  if (const int refused = name_for(there); refused != 0) return refused;
  peer = std::move(there);
  return 0;
}

std::optional<int> datagram_socket::send(const msghdr& message) {
  if (message.msg_controllen > 0) return -EOPNOTSUPP;
  if (error != 0) return -take_error();
  if (ended_) return -EPIPE;
  std::optional<address> to = peer;
  if (message.msg_name != nullptr && message.msg_namelen > 0) {
    to = read_address(family, message.msg_name, message.msg_namelen);
    if (!to) return -EAFNOSUPPORT;
    to = network::destination(*to);
  }
  if (!to) return family == AF_UNIX ? -ENOTCONN : -EDESTADDRREQ;
  const std::size_t size = size_of(message);
  if (size > longest_datagram) return -EMSGSIZE;
  if (const int refused = refusal(*to); refused != 0) return refused;

  datagram made;
  made.bytes.reserve(size);
  for_pieces(message, size, [&](const void* from, std::size_t count) {
    const auto* first = static_cast<const std::byte*>(from);
    made.bytes.insert(made.bytes.end(), first, first + count);
  });
  *to = unmapped(*to);
  made.from = sender_to(*to);
  made.to = std::move(*to);
  network_.post.send(std::move(made));
  return static_cast<int>(size);
}

/// Why nothing can be sent there, or 0.
int datagram_socket::refusal(const address& to) {
  if (family == AF_UNIX) {
    auto* there = static_cast<datagram_socket*>(network_.names.at_path(type, to.path));
    return there == nullptr || !there->takes(local) ? -ECONNREFUSED : 0;
  }
  if (is_broadcast(to.at.address) && !options.flag(SOL_SOCKET, SO_BROADCAST)) return -EACCES;
  // A socket of all hosts keeps that name.
  return local.at.port == 0 ? bind({.family = family, .at = {local.at.address, 0}}) : 0;
}

address datagram_socket::sender_to(const address& to) const {
  address from = unmapped(local);
  if (family != AF_UNIX && is_any(from.at.address)) {
    const bool home = to.at.address.is_loopback();
    from = {.family = to.family,
            .at = {home ? to.at.address : network::usual_host(to.family), local.at.port}};
  }
  return from;
}

std::optional<int> datagram_socket::receive(msghdr& message, int flags) {
  if (error != 0) return -take_error();
  if (received_.empty()) return stopped_ ? std::optional<int>(0) : std::nullopt;
  const datagram& first = received_.front();
  std::size_t offset = 0;
  for_pieces(message, first.bytes.size(), [&](void* into, std::size_t count) {
    if (count > 0) std::memcpy(into, first.bytes.data() + offset, count);
    offset += count;
  });
  const std::size_t size = first.bytes.size();
  message.msg_flags = offset < size ? MSG_TRUNC : 0;
  message.msg_controllen = 0;
  if (message.msg_name != nullptr)
    write_address(first.from, message.msg_name, &message.msg_namelen);
  if ((flags & MSG_PEEK) == 0) {
    size_ -= size + weight_of_one;
    received_.pop_front();
  }
  return static_cast<int>((flags & MSG_TRUNC) != 0 ? size : offset);
}

short datagram_socket::readiness() const {
  short ready = POLLOUT;
  if (!received_.empty() || stopped_) ready |= POLLIN;
  if (error != 0) ready |= POLLERR;
  return ready;
}

int datagram_socket::shutdown(int how) {
  if (!peer) return -ENOTCONN;
  ended_ = ended_ || how != SHUT_RD;
  if (how != SHUT_WR) {
    stopped_ = true;
    wake_reader();
  }
  return 0;
}

}  // namespace eddy::testing::sim
