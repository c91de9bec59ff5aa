// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/core/task.hpp>
#include <eddy/io/detail/datagram.hpp>
#include <eddy/io/detail/descriptor.hpp>
#include <eddy/io/detail/io_awaiter.hpp>
#include <eddy/io/endpoint.hpp>

namespace eddy::udp {

/// What `bind` and `connect` make of a socket.
struct options {
  /// Several sockets, in one process or more, share the port: each sender's datagrams go to one of
  /// them.
  bool reuse_port = false;
  bool v6_only = false;         ///< an IPv6 socket leaves the port of the IPv4 addresses to others
  bool broadcast = false;       ///< sending to broadcast addresses is allowed
  std::size_t send_buffer = 0;  ///< bytes; 0 for the system's default
  std::size_t receive_buffer = 0;               ///< bytes; 0 for the system's default
  std::optional<endpoint> bind = std::nullopt;  ///< for `connect`: where to send from
};

/// What one datagram was.
struct received {
  std::size_t size = 0;  ///< bytes in the buffer; 0 for an empty datagram, which is none the worse
  endpoint from = {};
  bool truncated = false;  ///< it was longer than the buffer, and the rest is lost
};

/// One of several to send.
struct outgoing {
  std::span<const std::byte> bytes;
  endpoint to = {};  ///< not looked at on a connected socket
};

/// Room for one of several to receive, and what came.
struct incoming {
  std::span<std::byte> buffer;
  received datagram = {};
};

/// How what is sent to multicast groups goes out.
struct multicast_options {
  std::string interface = {};  ///< such as `eth0`; empty: as the system routes it
  int ttl = 1;                 ///< routers it may pass; 1 stays in the local network
  bool loopback = true;        ///< members on this machine get it too
};

/// Sends and receives datagrams: each arrives whole, once, twice or never, in any order. Closed
/// when destroyed.
///
/// One task may receive while another sends; a second one in the same direction gets
/// `std::logic_error`. Nothing is allocated for a datagram. All failures are `io_error`, such as
/// `send to 10.0.0.7:53: Message too long`. On a connected socket a failure may be of an earlier
/// datagram that nobody took, `Connection refused`; the socket stays usable.
/// Lifetime: neither destroyed nor moved while an operation is in flight.
class socket {
 public:
  class receiving;
  class sending;
  class receiving_many;
  class sending_many;

  /// Waits for a datagram and puts it at the start of `into`.
  ///
  /// Lifetime: `into` lives until the operation has ended.
  /// Cancellation: safe; a datagram that had come is delivered or stays in the socket.
  [[nodiscard]] receiving receive_from(std::span<std::byte> into) noexcept;
  [[nodiscard]] receiving receive_from(std::span<char> into) noexcept;

  /// Waits for datagrams and takes those that have come, at most one for each of `into`; gives
  /// their number, at least 1. 0 for an empty span.
  ///
  /// Lifetime: `into` and its buffers live until the operation has ended.
  /// Cancellation: as `receive_from`.
  [[nodiscard]] receiving_many receive_many(std::span<incoming> into) noexcept;

  /// Sends `bytes` as one datagram, waiting for room in the socket's buffer.
  ///
  /// Lifetime: `bytes` lives until the operation has ended.
  /// Cancellation: safe; nothing was sent.
  [[nodiscard]] sending send_to(std::span<const std::byte> bytes, const endpoint& to) noexcept;
  [[nodiscard]] sending send_to(std::string_view bytes, const endpoint& to) noexcept;
  /// The same, to the peer of a connected socket.
  [[nodiscard]] sending send(std::span<const std::byte> bytes) noexcept;
  [[nodiscard]] sending send(std::string_view bytes) noexcept;

  /// Sends all of `datagrams` in their order, many in one system call.
  ///
  /// Errors: throws `io_error` if one cannot be sent; those before it were.
  /// Lifetime: `datagrams` and their bytes live until the operation has ended.
  /// Cancellation: an unknown number of them, the first ones, may have been sent.
  [[nodiscard]] sending_many send_many(std::span<const outgoing> datagrams) noexcept;

  /// Also receives what is sent to the multicast address `group`, on `interface`, such as `eth0`;
  /// empty: as the system routes it. Errors: throws `io_error`.
  void join(const ip_address& group, const std::string& interface = {});
  /// Ends that. Errors: throws `io_error` if it was not joined.
  void leave(const ip_address& group, const std::string& interface = {});
  /// Errors: throws `io_error`.
  void set_multicast(const multicast_options& options);

  [[nodiscard]] endpoint local_endpoint() const;
  /// Of a connected socket.
  [[nodiscard]] const std::optional<endpoint>& peer_endpoint() const noexcept { return peer_; }

  /// Errors: throws `std::logic_error` while an operation is in flight: cancel its task first.
  void close();
  [[nodiscard]] bool is_open() const noexcept { return fd_.is_open(); }
  /// The descriptor, which stays this socket's; -1 once it is closed.
  [[nodiscard]] int native_handle() const noexcept { return fd_.get(); }

 private:
  class connecting;
  friend socket bind(const endpoint&, const options&);
  friend task<socket> connect(endpoint, options);
  explicit socket(detail::descriptor fd) noexcept : fd_(std::move(fd)) {}

  [[noreturn]] void fail_to_receive(int error) const;
  [[noreturn]] void fail_to_send(const endpoint* to, int error) const;

  detail::descriptor fd_;
  detail::io_slot reader_;
  detail::io_slot writer_;
  std::optional<endpoint> peer_;
  // Made by the first call that needs one, and kept.
  std::unique_ptr<detail::datagram_batch> batch_in_;
  std::unique_ptr<detail::datagram_batch> batch_out_;
};

class socket::receiving final : public detail::io_awaiter {
 public:
  received await_resume();

 private:
  friend class socket;
  receiving(socket& from, void* into, std::size_t size) noexcept;
  [[nodiscard]] const char* describe() const noexcept override { return "datagram"; }
  const socket* socket_;
  detail::datagram_message message_;
};

class socket::sending final : public detail::io_awaiter {
 public:
  void await_resume();

 private:
  friend class socket;
  sending(socket& by, const void* data, std::size_t size, const endpoint* to) noexcept;
  [[nodiscard]] const char* describe() const noexcept override { return "room for a datagram"; }
  const socket* socket_;
  detail::datagram_message message_;
};

class socket::receiving_many final : public detail::io_awaiter {
 public:
  bool suspend(detail::frame& owner);
  std::size_t await_resume();

 private:
  friend class socket;
  receiving_many(socket& from, std::span<incoming> into) noexcept;
  [[nodiscard]] const char* describe() const noexcept override { return "datagrams"; }
  socket* socket_;
  std::span<incoming> into_;
};

class socket::sending_many final : public detail::io_awaiter {
 public:
  bool suspend(detail::frame& owner);
  void await_resume();

 private:
  friend class socket;
  sending_many(socket& by, std::span<const outgoing> datagrams) noexcept;
  [[nodiscard]] bool is_over(int result) noexcept override;
  [[nodiscard]] const char* describe() const noexcept override { return "room for datagrams"; }
  void load() noexcept;
  socket* socket_;
  std::span<const outgoing> left_;
};

/// A socket at `local`, with the port the kernel chooses where 0 is asked for: it sends to and
/// receives from anybody.
/// Errors: throws `io_error`: `bind 127.0.0.1:53: Permission denied`.
[[nodiscard]] socket bind(const endpoint& local, const options& how = {});

/// A socket that sends to `peer` and receives from it alone. Nothing is sent yet: whether somebody
/// is there is not known.
/// Errors: throws `io_error`: `connect 10.0.0.7:53: Network is unreachable`.
[[nodiscard]] task<socket> connect(endpoint peer, options how = {});

}  // namespace eddy::udp
