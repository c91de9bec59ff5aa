// SPDX-License-Identifier: MIT
#include "connection.hpp"

#include <cerrno>

#include "network.hpp"
#include "stream_socket.hpp"

namespace eddy::testing::sim {
namespace {

// What the loopback interface and Ethernet carry at once.
constexpr std::size_t packet_at_home = 65'483;
constexpr std::size_t packet_abroad = 1'460;

}  // namespace

connection::connection(network& all, link& there, link& back, const address& from,
                       const address& to)
    : client(from),
      server(to),
      network_(all),
      wires_{wire(all, there, *this, from.at, to.at), wire(all, back, *this, to.at, from.at)} {}

void connection::begin(stream_socket& socket) {
  ends_[0] = &socket;
  wires_[0].send(packet_kind::syn);
}

void connection::send(std::size_t side, std::size_t bytes) {
  flows_[side].pending += bytes;
  const bool at_home = client.at.address == server.at.address || client.at.address.is_loopback();
  const std::size_t most = at_home ? packet_at_home : packet_abroad;
  for (; bytes > most; bytes -= most) wires_[side].send(packet_kind::data, most);
  wires_[side].send(packet_kind::data, bytes);
}

void connection::taken(std::size_t side, std::size_t bytes) {
  flow& f = flows_[1 - side];
  f.bytes.drop_front(bytes);
  f.arrived -= bytes;
  if (ends_[1 - side] != nullptr) wires_[side].send(packet_kind::window, bytes);
}

void connection::leave(std::size_t side, bool resets) {
  ends_[side] = nullptr;
  if (!resets) return;
  flow& f = flows_[side];
  f.bytes.truncate(f.arrived);
  wires_[side].drop();
  wires_[side].send(packet_kind::reset);
}

bool connection::admits(const wire&, const wire::packet& what) {
  if (what.kind != packet_kind::syn || ends_[1] != nullptr) return true;
  const stream_socket* listener = network_.find_listener(server);
  return listener == nullptr || listener->has_room();
}

void connection::arrived(wire& on, const wire::packet& what) {
  const auto alive = shared_from_this();  // whoever hears of it may let go
  const std::size_t from = side_of(on);
  if (what.kind == packet_kind::syn) {
    stream_socket* listener = network_.find_listener(server);
    if (listener == nullptr) return wires_[1].send(packet_kind::reset);
    listener->greet(alive);
    return wires_[1].send(packet_kind::syn_ack);
  }
  if (what.kind == packet_kind::data) flows_[from].arrived += what.bytes;
  if (what.kind == packet_kind::fin) flows_[from].ended = true;
  if (stream_socket* to = ends_[1 - from]) return arrived_at(*to, from, what);
  // Nobody is there any more. An end needs no answer, a reset must not have one.
  const bool unwelcome = what.kind == packet_kind::data || what.kind == packet_kind::syn_ack;
  if (unwelcome && ends_[from] != nullptr) wires_[1 - from].send(packet_kind::reset);
}

void connection::arrived_at(stream_socket& to, std::size_t from, const wire::packet& what) {
  switch (what.kind) {
    case packet_kind::syn_ack:
      wires_[0].send(packet_kind::ack);  // before all data
      return to.established();
    case packet_kind::ack:
      return to.established();
    case packet_kind::reset:
      return to.reset_by_peer();
    case packet_kind::window:
      flows_[1 - from].pending -= what.bytes;
      return to.writable();
    default:
      return to.readable();
  }
}

void connection::gave_up(wire& on) {
  const auto alive = shared_from_this();
  on.drop();
  if (stream_socket* sender = ends_[side_of(on)]) sender->fail(ETIMEDOUT);
}

}  // namespace eddy::testing::sim
