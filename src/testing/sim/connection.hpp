// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "address.hpp"
#include "byte_queue.hpp"
#include "wire.hpp"

namespace eddy::testing::sim {

class network;
class stream_socket;

/// What lies between two stream sockets: bytes under way in both directions, and the packets that
/// carry them. Side 0 is the one that connects. It lives as long as a socket at one end does.
class connection final : public std::enable_shared_from_this<connection>, private wire::receiver {
 public:
  /// From that side to the other one.
  struct flow {
    byte_queue bytes = {};
    std::size_t arrived = 0;  // of `bytes`, at their front
    std::size_t pending = 0;  // of which the sender does not know yet that they were read
    bool ended = false;       // the end has arrived
  };

  connection(network& all, link& there, link& back, const address& from, const address& to);

  /// Starts the handshake.
  void begin(stream_socket& client);
  void join(stream_socket& accepting) noexcept { ends_[1] = &accepting; }
  void join(stream_socket& one, stream_socket& other) noexcept { ends_ = {&one, &other}; }

  void send(std::size_t side, std::size_t bytes);
  void end(std::size_t side) { wires_[side].send(packet_kind::fin); }
  /// The socket of that side has taken bytes from what arrived there.
  void taken(std::size_t side, std::size_t bytes);
  /// The socket of that side goes, in peace or not.
  void leave(std::size_t side, bool resets);
  void set_patience(std::size_t side, duration span) noexcept { wires_[side].patience = span; }

  [[nodiscard]] flow& from(std::size_t side) noexcept { return flows_[side]; }
  [[nodiscard]] stream_socket* at(std::size_t side) const noexcept { return ends_[side]; }

  const address client;
  const address server;

 private:
  bool admits(const wire& on, const wire::packet& what) override;
  void arrived(wire& on, const wire::packet& what) override;
  void gave_up(wire& on) override;
  void arrived_at(stream_socket& to, std::size_t from, const wire::packet& what);
  [[nodiscard]] std::size_t side_of(const wire& sends) const noexcept {
    return &sends == wires_.data() ? 0 : 1;
  }

  network& network_;
  std::array<stream_socket*, 2> ends_{};  // null once closed
  std::array<flow, 2> flows_;
  std::array<wire, 2> wires_;
};

}  // namespace eddy::testing::sim
