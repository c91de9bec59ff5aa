// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <eddy/core/task.hpp>
#include <eddy/io/detail/descriptor.hpp>
#include <eddy/io/detail/stream_listener.hpp>
#include <eddy/io/detail/stream_socket.hpp>
#include <eddy/io/endpoint.hpp>
#include <eddy/io/socket_options.hpp>

namespace eddy::tcp {

/// What `connect` makes of a socket.
struct connect_options {
  bool nodelay = true;  ///< small writes go out at once: Nagle's algorithm is off
  std::optional<keepalive_options> keepalive = std::nullopt;
  std::size_t send_buffer = 0;                  ///< bytes; 0 lets the system adapt it
  std::size_t receive_buffer = 0;               ///< bytes; 0 lets the system adapt it
  std::optional<endpoint> bind = std::nullopt;  ///< where to connect from; port 0: any port
};

/// A TCP connection, closed when destroyed. `detail::stream_socket` is what it does.
class socket final : public detail::stream_socket {
 public:
  [[nodiscard]] const endpoint& peer_endpoint() const noexcept { return peer_; }
  [[nodiscard]] endpoint local_endpoint() const;
  [[nodiscard]] std::string peer_name() const override { return peer_.to_string(); }
  /// Whom `serve_options::max_per_peer` counts it for: the peer's address.
  [[nodiscard]] std::string peer_identity() const { return peer_.address.to_string(); }

  /// Closes now with a reset: what was written and has not arrived is dropped, and the peer's read
  /// fails.
  /// Errors: as `close`.
  void reset();

  /// Whether small writes go out at once (they do, unless told otherwise) or wait for more.
  /// Errors: throws `io_error`.
  void set_nodelay(bool on);
  /// Asks a silent peer whether it is still there; nothing: no longer. Errors: throws `io_error`.
  void set_keepalive(const std::optional<keepalive_options>& options);

 private:
  friend class listener;
  friend task<socket> connect(endpoint, connect_options);
  socket(detail::descriptor fd, const endpoint& peer) noexcept
      : stream_socket(std::move(fd)), peer_(peer) {}

  endpoint peer_;
};

/// What `listen` makes of a listener, and of the sockets it accepts.
struct listen_options {
  int backlog = 4096;  ///< connections the kernel keeps until they are accepted; it may lower this
  /// Several listeners, in one process or more, share the port and its load.
  bool reuse_port = false;
  bool v6_only = false;  ///< an IPv6 listener leaves the port of the IPv4 addresses to others
  // Of the accepted sockets:
  bool nodelay = true;  ///< small writes go out at once: Nagle's algorithm is off
  std::optional<keepalive_options> keepalive = std::nullopt;
  std::size_t send_buffer = 0;     ///< bytes; 0 lets the system adapt it
  std::size_t receive_buffer = 0;  ///< bytes; 0 lets the system adapt it
};

/// Accepts connections at an address; closed when destroyed.
///
/// Lifetime: neither destroyed nor moved while an `accept` is in flight.
class listener final : public detail::stream_listener {
 public:
  /// Waits for the next connection. Where descriptors or memory have run out it tries again every
  /// 50 ms instead of failing, and says so once on stderr.
  ///
  /// Errors: throws `io_error`; `std::logic_error` while another task is in it.
  /// Cancellation: safe; a connection that had come is delivered or stays in the backlog.
  [[nodiscard]] task<socket> accept();

  /// With the port the kernel chose, where 0 was asked for.
  [[nodiscard]] const endpoint& local_endpoint() const noexcept { return local_; }

  /// Refuses connections from now on, those in the backlog included.
  /// Errors: throws `std::logic_error` while an `accept` is in flight: cancel its task first.
  void close() { stream_listener::close(); }

 private:
  friend listener listen(const endpoint&, const listen_options&);
  listener(detail::descriptor fd, const endpoint& local) noexcept
      : stream_listener(std::move(fd)), local_(local) {}

  endpoint local_;
};

/// Starts to listen; the kernel accepts connections from here on.
/// Errors: throws `io_error`: `listen 127.0.0.1:80: Address already in use`.
[[nodiscard]] listener listen(const endpoint& local, const listen_options& options = {});

/// Connects to `peer`. For a time limit: `wait_for(connect(peer), 5s)`.
/// Errors: throws `io_error`: `connect 127.0.0.1:80: Connection refused`.
[[nodiscard]] task<socket> connect(endpoint peer, connect_options options = {});

/// Looks `host` up and connects to the first of its addresses that answers, without waiting long
/// for one that does not: IPv6 and IPv4 in turn, the next after 250 ms or when one fails, as in
/// RFC 8305.
///
/// Errors: throws `resolve_error`, and `io_error` if no address answers, naming them all.
/// Cancellation: gives up all attempts.
[[nodiscard]] task<socket> connect(std::string host, std::uint16_t port,
                                   connect_options options = {});

}  // namespace eddy::tcp
