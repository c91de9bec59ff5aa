// SPDX-License-Identifier: MIT
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include <eddy/core/detail/backend.hpp>

#include "address.hpp"
#include "options.hpp"

namespace eddy::testing::sim {

class network;

/// What sockets of all kinds have: a name, options, and an operation that waits in each direction.
/// What its calls give is what the system's would, or -errno; nothing: it would have to wait.
class socket {
 public:
  socket(network& all, int family, int type) noexcept;
  socket(const socket&) = delete;
  socket& operator=(const socket&) = delete;
  virtual ~socket();

  [[nodiscard]] std::optional<int> submit(eddy::detail::io_op& op);
  void cancel(eddy::detail::io_op& op);

  int bind(address name);
  virtual int listen(int backlog);
  virtual int shutdown(int how) = 0;
  int set_option(int level, int name, const void* value, socklen_t size);
  int get_option(int level, int name, void* value, socklen_t* size);
  /// Tries again what waits. Called by the network alone, after `wake_reader` and the like.
  void retry();
  /// A signal has come before the operation did anything.
  void interrupt(eddy::detail::io_op& op);
  /// `10.0.0.1:80 → 10.0.0.2:40000`
  [[nodiscard]] std::string describe() const;
  /// Whether what is sent there from an IPv4 or an IPv6 address is for it, as far as its name says.
  [[nodiscard]] bool has_name(const address& name) const;
  [[nodiscard]] bool takes_v4() const {
    return family == AF_INET6 && is_any(local.at.address) &&
           !options.flag(IPPROTO_IPV6, IPV6_V6ONLY);
  }
  [[nodiscard]] bool in_use() const noexcept { return reader_ != nullptr || writer_ != nullptr; }

  const int family;
  const int type;
  socket_options options;
  address local;
  std::optional<address> peer;
  bool listening = false;
  int error = 0;  // pending, as SO_ERROR gives it

 protected:
  virtual std::optional<int> connect(const address& to) = 0;
  virtual std::optional<int> accept();
  virtual std::optional<int> send(const msghdr& message) = 0;
  virtual std::optional<int> receive(msghdr& message, int flags) = 0;
  /// POLLIN and so on.
  [[nodiscard]] virtual short readiness() const = 0;
  virtual void options_changed() {}
  /// As TCP_INFO gives it; nothing: it is no TCP.
  [[nodiscard]] virtual std::optional<unsigned char> tcp_state() const { return std::nullopt; }

  /// What waits may have what it waits for.
  void wake_reader() noexcept { wake(reader_ != nullptr); }
  void wake_writer() noexcept { wake(writer_ != nullptr); }
  /// Gives it a free port, unless it has a name. Requires: not of AF_UNIX.
  int name_it(const ip_address& host);
  [[nodiscard]] int take_error() noexcept { return std::exchange(error, 0); }

  network& network_;

 private:
  [[nodiscard]] std::optional<int> attempt(const eddy::detail::io_request& r);
  [[nodiscard]] std::optional<int> attempt_connect(const eddy::detail::io_request& r);
  template <class One>
  std::optional<int> attempt_each(const eddy::detail::io_request& r, One one);
  void retry(eddy::detail::io_op*& parked);
  void wake(bool anyone_waits) noexcept;
  [[nodiscard]] eddy::detail::io_op*& place_of(const eddy::detail::io_op& op) noexcept {
    return eddy::detail::waits_for_input(op.request.code) ? reader_ : writer_;
  }

  eddy::detail::io_op* reader_ = nullptr;
  eddy::detail::io_op* writer_ = nullptr;
  bool named_ = false;  // it is in the table of names
  bool woken_ = false;  // the network will call retry()
};

/// Over all pieces of a message, until `most` bytes: `each(address, bytes)`.
template <class Each>
std::size_t for_pieces(const msghdr& message, std::size_t most, Each each) {
  std::size_t done = 0;
  for (std::size_t i = 0; i < message.msg_iovlen && done < most; ++i) {
    const iovec& piece = message.msg_iov[i];
    const std::size_t size = std::min(piece.iov_len, most - done);
    each(piece.iov_base, size);
    done += size;
  }
  return done;
}

[[nodiscard]] inline std::size_t size_of(const msghdr& message) noexcept {
  std::size_t size = 0;
  for (std::size_t i = 0; i < message.msg_iovlen; ++i) size += message.msg_iov[i].iov_len;
  return size;
}

}  // namespace eddy::testing::sim
