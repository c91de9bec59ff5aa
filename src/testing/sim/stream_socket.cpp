// SPDX-License-Identifier: MIT
#include "stream_socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "network.hpp"

namespace eddy::testing::sim {

stream_socket::~stream_socket() {
  if (line_ == nullptr || state_ == state::over) return;
  // What was received and not read, or never accepted, was for nobody: that is no peaceful end.
  const bool resets = options.resets() || available() > 0 || listener_ != nullptr;
  if (!resets && !ended_ && state_ == state::connected) line_->end(side_);
  line_->leave(side_, resets || state_ == state::connecting);
}

// Listening.

int stream_socket::listen(int backlog) {
  if (state_ != state::fresh) return -EINVAL;
  if (family == AF_UNIX && local.path.empty()) return -EINVAL;
  if (family != AF_UNIX) {
    if (const int refused = name_it(local.at.address); refused != 0) return refused;
  }
  room_ = static_cast<std::size_t>(std::max(backlog, 0));
  listening = true;
  return 0;
}

void stream_socket::greet(const std::shared_ptr<connection>& line) {
  auto end = std::make_unique<stream_socket>(network_, family, type);
  end->options = options;
  const bool maps = family == AF_INET6 && line->server.family == AF_INET;
  end->local = maps ? mapped(line->server) : line->server;
  end->peer = maps ? mapped(line->client) : line->client;
  end->listener_ = this;
  end->join(line, 1);
  line->join(*end);
  half_open_.push_back(std::move(end));
}

void stream_socket::become_acceptable(const stream_socket& end) {
  // Nearly always the first.
  const auto place = std::ranges::find(half_open_, &end, &std::unique_ptr<stream_socket>::get);
  if (place == half_open_.end()) return;
  backlog_.push_back(std::move(*place));
  half_open_.erase(place);
  wake_reader();
}

bool stream_socket::forget_half_open(const stream_socket& end) {
  return std::erase_if(half_open_, [&](const auto& each) { return each.get() == &end; }) > 0;
}

std::optional<int> stream_socket::accept() {
  if (!listening) return -EINVAL;
  if (backlog_.empty()) return std::nullopt;
  std::unique_ptr<stream_socket> end = std::move(backlog_.front());
  backlog_.pop_front();
  end->listener_ = nullptr;
  return network_.adopt(std::move(end));
}

void stream_socket::for_unaccepted(const std::function<void(stream_socket&)>& each) {
  for (const auto& end : backlog_) each(*end);
  for (const auto& end : half_open_) each(*end);
}

// Connecting.

std::optional<int> stream_socket::connect(const address& to) {
  if (listening) return -EINVAL;
  if (error != 0) return -take_error();
  switch (state_) {
    case state::connecting:
      return std::nullopt;
    case state::connected:
      return std::exchange(told_, true) ? -EISCONN : 0;
    case state::over:
      return -ECONNABORTED;
    case state::fresh:
      break;
  }
  const int started = family == AF_UNIX ? connect_by_path(to) : connect_on_network(to);
  return started == 0 ? std::nullopt : std::optional<int>(started);
}

int stream_socket::connect_on_network(const address& to) {
  address server = network::destination(to);
  const ip_address host =
      server.at.address.is_loopback() ? server.at.address : network::usual_host(family);
  if (const int refused = name_it(host); refused != 0) {
    return refused == -EADDRINUSE ? -EADDRNOTAVAIL : refused;
  }
  links& all = network_.between;
  join(
      std::make_shared<connection>(network_, all.between(local.at.address, server.at.address),
                                   all.between(server.at.address, local.at.address), local, server),
      0);
  peer = std::move(server);
  line_->begin(*this);
  return 0;
}

int stream_socket::connect_by_path(const address& to) {
  const socket* there = network_.names.at_path(type, to.path);
  if (there == nullptr) return to.path.starts_with('\0') ? -ECONNREFUSED : -ENOENT;
  if (!there->listening) return -ECONNREFUSED;
  if (!static_cast<const stream_socket*>(there)->has_room()) return -EAGAIN;
  join(std::make_shared<connection>(network_, network_.at_home, network_.at_home, local, to), 0);
  peer = to;
  line_->begin(*this);
  return 0;
}

void stream_socket::join(stream_socket& one, stream_socket& other) {
  network& all = one.network_;
  const auto line =
      std::make_shared<connection>(all, all.at_home, all.at_home, one.local, other.local);
  line->join(one, other);
  one.join(line, 0);
  other.join(line, 1);
  one.peer = other.local;
  other.peer = one.local;
  one.state_ = other.state_ = state::connected;
}

void stream_socket::connect_by_itself(const address& to) {
  by_itself_ = true;
  (void)connect(to);
}

void stream_socket::join(std::shared_ptr<connection> line, std::size_t side) noexcept {
  line_ = std::move(line);
  side_ = side;
  state_ = state::connecting;
  options_changed();
}

void stream_socket::options_changed() {
  if (line_ == nullptr) return;
  line_->set_patience(side_,
                      std::chrono::milliseconds(options.value(IPPROTO_TCP, TCP_USER_TIMEOUT)));
}

bool stream_socket::touches(const ip_address& host) const noexcept {
  return line_ != nullptr && state_ != state::over && family != AF_UNIX &&
         (line_->client.at.address == host || line_->server.at.address == host);
}

// Told by the connection.

void stream_socket::established() {
  state_ = state::connected;
  if (listener_ != nullptr) {
    listener_->become_acceptable(*this);
  } else {
    wake_writer();
  }
}

void stream_socket::readable() {
  if (by_itself_ && at_end()) (void)shutdown(SHUT_WR);
  wake_reader();
}

void stream_socket::reset_by_peer() {
  if (state_ == state::connecting) return fail(ECONNREFUSED);
  fail(at_end() ? EPIPE : ECONNRESET);
}

void stream_socket::fail(int why) {
  if (state_ == state::over) return;
  state_ = state::over;
  line_->leave(side_, false);
  if (listener_ != nullptr && listener_->forget_half_open(*this)) return;  // we are gone
  error = why;
  // One of them hears of the error, the other one of the end.
  wake_reader();
  wake_writer();
}

// Moving bytes.

std::size_t stream_socket::available() const noexcept {
  return line_ != nullptr ? line_->from(1 - side_).arrived : 0;
}

bool stream_socket::at_end() const noexcept {
  return stopped_ || state_ == state::over || (line_ != nullptr && line_->from(1 - side_).ended);
}

std::size_t stream_socket::room() const {
  const stream_socket* there = line_->at(1 - side_);
  const socket_options& theirs = there != nullptr ? there->options : options;
  const std::size_t all = options.send_buffer() + theirs.receive_buffer();
  const std::size_t used = line_->from(side_).pending;
  return used < all ? all - used : 0;
}

std::optional<int> stream_socket::send(const msghdr& message) {
  if (message.msg_controllen > 0) return -EOPNOTSUPP;
  if (error != 0) return -take_error();
  if (state_ == state::fresh) return family == AF_UNIX ? -ENOTCONN : -EPIPE;
  if (state_ == state::connecting) return std::nullopt;
  if (ended_ || state_ == state::over) return -EPIPE;
  if (family == AF_UNIX && line_->at(1 - side_) == nullptr) return -EPIPE;
  const std::size_t size = size_of(message);
  if (size == 0) return 0;
  const std::size_t most = network_.cut_short(std::min(size, room()));
  if (most == 0) return std::nullopt;
  byte_queue& bytes = line_->from(side_).bytes;
  for_pieces(message, most,
             [&](const void* from, std::size_t count) { bytes.append(from, count); });
  line_->send(side_, most);
  return static_cast<int>(most);
}

std::optional<int> stream_socket::receive(msghdr& message, int flags) {
  message.msg_namelen = 0;
  message.msg_controllen = 0;
  message.msg_flags = 0;
  const std::size_t size = size_of(message);
  if (const std::size_t ready = stopped_ ? 0 : available(); ready > 0 && size > 0) {
    const std::size_t most = network_.cut_short(std::min(size, ready));
    std::size_t offset = 0;
    const byte_queue& bytes = line_->from(1 - side_).bytes;
    for_pieces(message, most, [&](void* into, std::size_t count) {
      bytes.peek(into, count, offset);
      offset += count;
    });
    if ((flags & MSG_PEEK) == 0) line_->taken(side_, most);
    return static_cast<int>(most);
  }
  if (error != 0) return -take_error();
  if (state_ == state::fresh) return -ENOTCONN;
  if (size == 0 || at_end()) return 0;
  return std::nullopt;
}

short stream_socket::readiness() const {
  if (listening) return backlog_.empty() ? 0 : POLLIN;
  if (state_ == state::fresh) return POLLOUT | POLLHUP;
  if (state_ == state::connecting) return 0;
  short ready = 0;
  if (available() > 0 || at_end()) ready |= POLLIN;
  if (at_end()) ready |= POLLRDHUP;
  if (at_end() && (ended_ || state_ == state::over)) ready |= POLLHUP;
  if (error != 0) ready |= POLLERR;
  if (ended_ || state_ == state::over || room() > 0) ready |= POLLOUT;
  return ready;
}

std::optional<unsigned char> stream_socket::tcp_state() const {
  if (family == AF_UNIX) return std::nullopt;
  if (listening) return TCP_LISTEN;
  if (state_ == state::connecting) return TCP_SYN_SENT;
  if (state_ != state::connected) return TCP_CLOSE;
  const bool peer_ended = line_->from(1 - side_).ended;
  if (ended_) return peer_ended ? TCP_CLOSE : TCP_FIN_WAIT2;
  return peer_ended ? TCP_CLOSE_WAIT : TCP_ESTABLISHED;
}

int stream_socket::shutdown(int how) {
  if (state_ != state::connected) return -ENOTCONN;
  if (how != SHUT_RD && !ended_) {
    ended_ = true;
    line_->end(side_);
    wake_writer();
  }
  if (how != SHUT_WR) {
    stopped_ = true;
    wake_reader();
  }
  return 0;
}

}  // namespace eddy::testing::sim
