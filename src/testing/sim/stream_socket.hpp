// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include "connection.hpp"
#include "socket.hpp"

namespace eddy::testing::sim {

/// A TCP or Unix stream socket: one that listens, or one end of a connection.
class stream_socket final : public socket {
 public:
  using socket::socket;
  ~stream_socket() override;

  /// Makes a connection of two sockets that have none.
  static void join(stream_socket& one, stream_socket& other);

  int listen(int backlog) override;
  int shutdown(int how) override;
  /// As a client without a descriptor: it closes when its server does.
  void connect_by_itself(const address& to);
  /// The connection's ends are on this host.
  [[nodiscard]] bool touches(const ip_address& host) const noexcept;
  /// Those that wait to be accepted, too.
  void for_unaccepted(const std::function<void(stream_socket&)>& each);

  // As a listener.
  [[nodiscard]] bool has_room() const noexcept {
    return backlog_.size() + half_open_.size() <= room_;
  }
  /// A client asks for a connection.
  void greet(const std::shared_ptr<connection>& line);

  // As one end, told by the connection.
  void established();
  void readable();
  void writable() { wake_writer(); }
  void reset_by_peer();
  /// The connection is over, and the next operation says why.
  void fail(int why);

 private:
  enum class state : std::uint8_t { fresh, connecting, connected, over };

  std::optional<int> connect(const address& to) override;
  std::optional<int> accept() override;
  std::optional<int> send(const msghdr& message) override;
  std::optional<int> receive(msghdr& message, int flags) override;
  [[nodiscard]] short readiness() const override;

  [[nodiscard]] int connect_on_network(const address& to);
  [[nodiscard]] int connect_by_path(const address& to);
  void join(std::shared_ptr<connection> line, std::size_t side) noexcept;
  void become_acceptable(const stream_socket& end);
  [[nodiscard]] bool forget_half_open(const stream_socket& end);
  void options_changed() override;
  [[nodiscard]] std::optional<unsigned char> tcp_state() const override;
  [[nodiscard]] std::size_t room() const;
  [[nodiscard]] std::size_t available() const noexcept;
  [[nodiscard]] bool at_end() const noexcept;

  state state_ = state::fresh;
  std::shared_ptr<connection> line_;
  std::size_t side_ = 0;
  bool told_ = false;                  // connect has given its result
  bool ended_ = false;                 // no more is sent
  bool stopped_ = false;               // no more is read
  bool by_itself_ = false;             // nobody has a descriptor of it
  stream_socket* listener_ = nullptr;  // which has it until it is accepted

  // Of a listener.
  std::size_t room_ = 0;
  std::deque<std::unique_ptr<stream_socket>> half_open_;  // the handshake goes on
  std::deque<std::unique_ptr<stream_socket>> backlog_;    // to be accepted
};

}  // namespace eddy::testing::sim
