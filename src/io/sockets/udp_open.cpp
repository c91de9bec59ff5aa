// SPDX-License-Identifier: MIT
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/io/udp.hpp>

#include "socket_options.hpp"

namespace eddy::udp {
namespace {

detail::descriptor open(const endpoint& where, const options& how, std::string_view verb) {
  const bool is_v6 = where.address.is_v6();
  const int family = is_v6 ? AF_INET6 : AF_INET;
  const int opened = detail::sockets_here().open(family, SOCK_DGRAM);
  if (opened < 0) throw io_error(-opened, fmt::format("{} {}", verb, where.to_string()));
  detail::descriptor fd(opened);
  const auto switch_on = [&](int level, int option, const char* name) {
    detail::set_option(fd.get(), level, option, 1, name);
  };
  if (how.reuse_port) switch_on(SOL_SOCKET, SO_REUSEPORT, "SO_REUSEPORT");
  if (how.broadcast) switch_on(SOL_SOCKET, SO_BROADCAST, "SO_BROADCAST");
  if (how.v6_only && is_v6) switch_on(IPPROTO_IPV6, IPV6_V6ONLY, "IPV6_V6ONLY");
  detail::set_buffers(fd.get(), how.send_buffer, how.receive_buffer);
  return fd;
}

void bind_to(const detail::descriptor& fd, const endpoint& local) {
  const detail::socket_address address(local);
  const int result = detail::sockets_here().bind(fd.get(), address.data(), address.size());
  if (result < 0) throw io_error(-result, fmt::format("bind {}", local.to_string()));
}

unsigned interface_index(const std::string& name) {
  if (name.empty()) return 0;
  const unsigned index = ::if_nametoindex(name.c_str());
  if (index == 0) throw io_error(errno, fmt::format("multicast interface {}", name));
  return index;
}

void change_group(const detail::descriptor& fd, const ip_address& group,
                  const std::string& interface, bool join) {
  group_req request{};
  request.gr_interface = interface_index(interface);
  const detail::socket_address address(endpoint{group, 0});
  std::memcpy(&request.gr_group, address.data(), address.size());
  const int level = group.is_v6() ? IPPROTO_IPV6 : IPPROTO_IP;
  const int result = detail::sockets_here().set_option(
      fd.get(), level, join ? MCAST_JOIN_GROUP : MCAST_LEAVE_GROUP, &request, sizeof request);
  if (result >= 0) return;
  throw io_error(-result, fmt::format("{} {}{}{}", join ? "join" : "leave", group.to_string(),
                                      interface.empty() ? "" : " on ", interface));
}

}  // namespace

class socket::connecting final : public detail::io_awaiter {
 public:
  connecting(socket& s, const detail::socket_address& peer) noexcept
      : io_awaiter({.code = detail::io_code::connect,
                    .fd = s.fd_.get(),
                    .address = peer.data(),
                    .address_size = peer.size()},
                   s.writer_) {}
  [[nodiscard]] int await_resume() noexcept { return take_result(); }

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "connect"; }
};

socket bind(const endpoint& local, const options& how) {
  socket made(open(local, how, "bind"));
  bind_to(made.fd_, local);
  return made;
}

task<socket> connect(endpoint peer, options how) {
  socket made(open(peer, how, "connect"));
  if (how.bind) bind_to(made.fd_, *how.bind);
  const detail::socket_address address(peer);
  const int result = co_await socket::connecting(made, address);
  if (result < 0) throw io_error(-result, fmt::format("connect {}", peer.to_string()));
  made.peer_ = peer;
  co_return made;
}

void socket::join(const ip_address& group, const std::string& interface) {
  change_group(fd_, group, interface, true);
}
void socket::leave(const ip_address& group, const std::string& interface) {
  change_group(fd_, group, interface, false);
}

void socket::set_multicast(const multicast_options& how) {
  const unsigned index = interface_index(how.interface);
  const int loopback = how.loopback ? 1 : 0;
  if (local_endpoint().address.is_v6()) {
    detail::set_option(fd_.get(), IPPROTO_IPV6, IPV6_MULTICAST_HOPS, how.ttl,
                       "IPV6_MULTICAST_HOPS");
    detail::set_option(fd_.get(), IPPROTO_IPV6, IPV6_MULTICAST_LOOP, loopback,
                       "IPV6_MULTICAST_LOOP");
    detail::set_option(fd_.get(), IPPROTO_IPV6, IPV6_MULTICAST_IF, static_cast<int>(index),
                       "IPV6_MULTICAST_IF");
    return;
  }
  detail::set_option(fd_.get(), IPPROTO_IP, IP_MULTICAST_TTL, how.ttl, "IP_MULTICAST_TTL");
  detail::set_option(fd_.get(), IPPROTO_IP, IP_MULTICAST_LOOP, loopback, "IP_MULTICAST_LOOP");
  ip_mreqn from{};
  from.imr_ifindex = static_cast<int>(index);
  const int result =
      detail::sockets_here().set_option(fd_.get(), IPPROTO_IP, IP_MULTICAST_IF, &from, sizeof from);
  if (result < 0) throw io_error(-result, "set IP_MULTICAST_IF");
}

}  // namespace eddy::udp
