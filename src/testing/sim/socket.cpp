// SPDX-License-Identifier: MIT
#include "socket.hpp"

#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

#include "network.hpp"

namespace eddy::testing::sim {

using eddy::detail::io_code;
using eddy::detail::io_op;
using eddy::detail::io_request;

namespace {

std::optional<network_call> kind_of(io_code code) noexcept {
  switch (code) {
    case io_code::accept:
      return network_call::accept;
    case io_code::connect:
      return network_call::connect;
    case io_code::recv:
    case io_code::recv_message:
    case io_code::recv_messages:
    case io_code::read:
      return network_call::receive;
    case io_code::send:
    case io_code::send_message:
    case io_code::send_messages:
    case io_code::write:
      return network_call::send;
    default:
      return std::nullopt;
  }
}

}  // namespace

socket::socket(network& all, int family_, int type_) noexcept
    : family(family_), type(type_), network_(all) {
  local.family = family;
  if (family == AF_INET6) local.at.address = ip_address::any_v6();
}

socket::~socket() {
  if (named_) network_.names.erase(*this);
  if (woken_) network_.forget_woken(*this);
}

int socket::bind(address name) {
  if (named_) return -EINVAL;
  if (const int refused = network_.names.insert(*this, std::move(name)); refused != 0)
    return refused;
  named_ = true;
  return 0;
}

int socket::name_it(const ip_address& host) {
  if (!named_) return bind({.family = family, .at = {host, 0}});
  if (is_any(local.at.address)) local.at.address = host;
  return 0;
}

bool socket::has_name(const address& name) const {
  if (name.at.port != local.at.port) return false;
  if (name.family != family) return name.family == AF_INET && takes_v4();
  return local.at.address == name.at.address || is_any(local.at.address);
}

std::string socket::describe() const {
  return to_string(local) + (peer ? " → " + to_string(*peer) : listening ? " listens" : "");
}

int socket::listen(int) { return -EOPNOTSUPP; }
std::optional<int> socket::accept() { return -EOPNOTSUPP; }

std::optional<int> socket::submit(io_op& op) {
  if (network_.random.happens(network_.faults.interrupted)) {
    network_.interruptions.plan(*this, op);
  } else if (const auto finished = attempt(op.request)) {
    return finished;
  }
  io_op*& place = place_of(op);
  assert(place == nullptr && "one operation a direction");
  place = &op;
  return std::nullopt;
}

void socket::cancel(io_op& op) {
  assert(place_of(op) == &op);
  place_of(op) = nullptr;
  network_.interruptions.forget(op);
  op.complete(-ECANCELED);
}

void socket::wake(bool anyone_waits) noexcept {
  if (!anyone_waits || woken_) return;
  woken_ = true;
  network_.will_retry(*this);
}

void socket::retry() {
  woken_ = false;
  retry(reader_);
  retry(writer_);
}

void socket::retry(io_op*& parked) {
  io_op* op = parked;
  if (op == nullptr) return;
  if (const auto result = attempt(op->request)) {
    parked = nullptr;
    network_.interruptions.forget(*op);
    op->complete(*result);
  }
}

void socket::interrupt(io_op& op) {
  place_of(op) = nullptr;
  op.complete(-EINTR);
}

int socket::set_option(int level, int name, const void* value, socklen_t size) {
  const int result = options.set(level, name, value, size);
  if (result == 0) options_changed();
  return result;
}

int socket::get_option(int level, int name, void* value, socklen_t* size) {
  const auto give = [&](const auto& answer) {
    *size = std::min(*size, static_cast<socklen_t>(sizeof answer));
    std::memcpy(value, &answer, *size);
    return 0;
  };
  if (level == SOL_SOCKET) {
    switch (name) {
      case SO_ERROR:
        return give(take_error());
      case SO_TYPE:
        return give(type);
      case SO_DOMAIN:
        return give(family);
      case SO_ACCEPTCONN:
        return give(static_cast<int>(listening));
      case SO_PEERCRED:
        return give(ucred{.pid = ::getpid(), .uid = ::geteuid(), .gid = ::getegid()});
      default:
        break;
    }
  }
  if (level == IPPROTO_TCP && name == TCP_INFO) {
    tcp_info info{};
    const auto state = tcp_state();
    if (!state) return -EOPNOTSUPP;
    info.tcpi_state = *state;
    return give(info);
  }
  return options.get(level, name, value, size);
}

std::optional<int> socket::attempt(const io_request& r) {
  if (const auto kind = kind_of(r.code)) {
    if (const int planned = network_.take_planned(*kind); planned != 0) return -planned;
  }
  iovec all{.iov_base = r.data, .iov_len = r.size};
  msghdr whole{};
  whole.msg_iov = &all;
  whole.msg_iovlen = 1;
  switch (r.code) {
    case io_code::accept:
      return accept();
    case io_code::connect:
      return attempt_connect(r);
    case io_code::recv:
    case io_code::read:
      return receive(whole, r.flags);
    case io_code::send:
    case io_code::write:
      return send(whole);
    case io_code::recv_message:
      return receive(*static_cast<msghdr*>(r.data), r.flags);
    case io_code::send_message:
      return send(*static_cast<const msghdr*>(r.data));
    case io_code::recv_messages:
      return attempt_each(r, [&](msghdr& one) { return receive(one, r.flags); });
    case io_code::send_messages:
      return attempt_each(r, [&](const msghdr& one) { return send(one); });
    case io_code::poll_in:
    case io_code::poll_out: {
      const int wanted = r.code == io_code::poll_in ? POLLIN | POLLRDHUP : POLLOUT;
      const int ready = readiness() & (wanted | POLLERR | POLLHUP);
      return ready != 0 ? std::optional<int>(ready) : std::nullopt;
    }
    default:
      return -EOPNOTSUPP;
  }
}

std::optional<int> socket::attempt_connect(const io_request& r) {
  const auto to = read_address(family, r.address, r.address_size);
  return to ? connect(*to) : -EAFNOSUPPORT;
}

// What went well before one that did not is the answer; the next call hears of the other.
template <class One>
std::optional<int> socket::attempt_each(const io_request& r, One one) {
  auto* messages = static_cast<mmsghdr*>(r.data);
  int done = 0;
  for (std::size_t i = 0; i < r.size; ++i) {
    const std::optional<int> result = one(messages[i].msg_hdr);
    if (!result || *result < 0) {
      if (done > 0) break;
      return result;
    }
    messages[i].msg_len = static_cast<unsigned>(*result);
    ++done;
  }
  return done;
}

}  // namespace eddy::testing::sim
