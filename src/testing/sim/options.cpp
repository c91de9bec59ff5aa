// SPDX-License-Identifier: MIT
#include "options.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace eddy::testing::sim {
namespace {

struct known_option {
  int level;
  int name;
  int usual;
};

constexpr int smallest_buffer = 4608;

// Those with a whole number as their value.
constexpr known_option known[] = {
    {SOL_SOCKET, SO_REUSEADDR, 0},
    {SOL_SOCKET, SO_REUSEPORT, 0},
    {SOL_SOCKET, SO_KEEPALIVE, 0},
    {SOL_SOCKET, SO_BROADCAST, 0},
    {SOL_SOCKET, SO_PASSCRED, 0},
    {SOL_SOCKET, SO_SNDBUF, socket_options::usual_buffer},
    {SOL_SOCKET, SO_RCVBUF, socket_options::usual_buffer},
    {IPPROTO_TCP, TCP_NODELAY, 0},
    {IPPROTO_TCP, TCP_CORK, 0},
    {IPPROTO_TCP, TCP_QUICKACK, 1},
    {IPPROTO_TCP, TCP_KEEPIDLE, 7200},
    {IPPROTO_TCP, TCP_KEEPINTVL, 75},
    {IPPROTO_TCP, TCP_KEEPCNT, 9},
    {IPPROTO_TCP, TCP_USER_TIMEOUT, 0},
    {IPPROTO_TCP, TCP_DEFER_ACCEPT, 0},
    {IPPROTO_TCP, TCP_FASTOPEN, 0},
    {IPPROTO_IP, IP_TTL, 64},
    {IPPROTO_IP, IP_TOS, 0},
    {IPPROTO_IPV6, IPV6_V6ONLY, 0},
    {IPPROTO_IPV6, IPV6_UNICAST_HOPS, 64},
};

const known_option* find(int level, int name) noexcept {
  const auto* found = std::ranges::find_if(
      known, [&](const known_option& o) { return o.level == level && o.name == name; });
  return found != std::end(known) ? found : nullptr;
}

}  // namespace

int socket_options::set(int level, int name, const void* value, socklen_t size) {
  if (level == SOL_SOCKET && name == SO_LINGER) {
    if (size < sizeof linger_) return -EINVAL;
    std::memcpy(&linger_, value, sizeof linger_);
    return 0;
  }
  if (find(level, name) == nullptr) return -ENOPROTOOPT;
  int number = 0;
  if (size < sizeof number) return -EINVAL;
  std::memcpy(&number, value, sizeof number);
  if (level == SOL_SOCKET && (name == SO_SNDBUF || name == SO_RCVBUF)) {
    // Linux doubles it, for what it keeps besides the bytes.
    number = std::max(2 * std::min(number, 1 << 29), smallest_buffer);
    (name == SO_SNDBUF ? send_buffer_ : receive_buffer_) = static_cast<std::size_t>(number);
  }
  set_[{level, name}] = number;
  return 0;
}

int socket_options::get(int level, int name, void* value, socklen_t* size) const {
  const auto give = [&](const void* from, std::size_t whole) {
    *size = std::min(*size, static_cast<socklen_t>(whole));
    std::memcpy(value, from, *size);
    return 0;
  };
  if (level == SOL_SOCKET && name == SO_LINGER) return give(&linger_, sizeof linger_);
  if (find(level, name) == nullptr) return -ENOPROTOOPT;
  const int number = this->value(level, name);
  return give(&number, sizeof number);
}

int socket_options::value(int level, int name) const {
  const auto place = set_.find({level, name});
  return place != set_.end() ? place->second : find(level, name)->usual;
}

}  // namespace eddy::testing::sim
