// SPDX-License-Identifier: MIT
#include "names.hpp"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

namespace eddy::testing::sim {
namespace {

// What Linux makes of two that want the same, or of one that wants all hosts.
bool overlap(const socket& a, const socket& b, const ip_address& host_of_b) {
  const ip_address& host_of_a = a.local.at.address;
  if (a.family != b.family) {
    const socket& six = a.family == AF_INET6 ? a : b;
    const ip_address& host_of_six = a.family == AF_INET6 ? host_of_a : host_of_b;
    return is_any(host_of_six) && !six.options.flag(IPPROTO_IPV6, IPV6_V6ONLY);
  }
  return host_of_a == host_of_b || is_any(host_of_a) || is_any(host_of_b);
}

bool conflict(const socket& a, const socket& b, const ip_address& host_of_b) {
  if (!overlap(a, b, host_of_b)) return false;
  const auto both = [&](int option) {
    return a.options.flag(SOL_SOCKET, option) && b.options.flag(SOL_SOCKET, option);
  };
  return !both(SO_REUSEPORT) && (a.listening || a.type == SOCK_DGRAM || !both(SO_REUSEADDR));
}

}  // namespace

int names::insert(socket& s, address name) {
  if (s.family == AF_UNIX) return insert_path(s, std::move(name.path));
  if (name.at.port == 0) name.at.port = free_port(s);
  if (name.at.port == 0) return -EADDRINUSE;
  auto& there = ports_[port_key(s.type, name.at.port)];
  if (std::ranges::any_of(there,
                          [&](socket* other) { return conflict(*other, s, name.at.address); }))
    return -EADDRINUSE;
  there.push_back(&s);
  s.local = std::move(name);
  return 0;
}

int names::insert_path(socket& s, std::string path) {
  // One that gives no name gets one: five hexadecimal digits in the abstract name space.
  if (path.empty()) path = fmt::format("{}{:05x}", '\0', ++next_path_);
  if (!paths_.try_emplace({s.type, path}, &s).second) return -EADDRINUSE;
  s.local.path = std::move(path);
  return 0;
}

void names::erase(socket& s) noexcept {
  if (s.family == AF_UNIX) {
    paths_.erase({s.type, s.local.path});
    return;
  }
  const auto place = ports_.find({s.type, s.local.at.port});
  std::erase(place->second, &s);
  if (place->second.empty()) ports_.erase(place);
}

std::uint16_t names::free_port(const socket& s) {
  for (int tried = first_free_port; tried <= last_free_port; ++tried) {
    const std::uint16_t port = next_port_;
    next_port_ = port == last_free_port ? first_free_port : static_cast<std::uint16_t>(port + 1);
    if (!ports_.contains(port_key(s.type, port))) return port;
  }
  return 0;
}

const std::vector<socket*>& names::at_port(int type, std::uint16_t port) const {
  static const std::vector<socket*> none;
  const auto place = ports_.find({type, port});
  return place != ports_.end() ? place->second : none;
}

socket* names::at_path(int type, const std::string& path) const {
  const auto place = paths_.find({type, path});
  return place != paths_.end() ? place->second : nullptr;
}

}  // namespace eddy::testing::sim
