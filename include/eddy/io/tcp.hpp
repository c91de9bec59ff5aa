// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <eddy/core/task.hpp>
#include <eddy/io/detail/descriptor.hpp>
#include <eddy/io/detail/io_awaiter.hpp>
#include <eddy/io/endpoint.hpp>

namespace eddy::tcp {

/// A TCP connection, closed when destroyed. Small writes go out at once: Nagle's algorithm is off.
///
/// One task may read while another writes; a second one in the same direction gets
/// `std::logic_error`. All failures are `io_error`, such as `read 10.0.0.7:80: Connection reset by
/// peer`. Lifetime: neither destroyed nor moved while an operation is in flight.
class socket {
 public:
  class reading;
  class writing;
  class writing_some;

  /// Waits for bytes and puts them at the start of `into`; gives their number, at least 1; 0 at the
  /// end of the stream, and for an empty span.
  ///
  /// Lifetime: `into` lives until the operation has ended.
  /// Cancellation: safe; bytes that had arrived are delivered or stay in the socket.
  [[nodiscard]] reading read_some(std::span<std::byte> into) noexcept;
  [[nodiscard]] reading read_some(std::span<char> into) noexcept;

  /// Sends all of `bytes`, waiting for room as often as it takes.
  ///
  /// Lifetime: `bytes` lives until the operation has ended.
  /// Cancellation: an unknown part may have been sent; only closing is useful then.
  [[nodiscard]] writing write_all(std::span<const std::byte> bytes) noexcept;
  [[nodiscard]] writing write_all(std::string_view bytes) noexcept;

  /// Sends what there is room for, waiting until there is some; gives the number of bytes sent.
  ///
  /// Lifetime: `bytes` lives until the operation has ended.
  /// Cancellation: safe; nothing was sent.
  [[nodiscard]] writing_some write_some(std::span<const std::byte> bytes) noexcept;
  [[nodiscard]] writing_some write_some(std::string_view bytes) noexcept;

  /// Ends the stream in this direction: the peer reads what was written, then the end. Reading goes
  /// on. Never waits; awaited as every stream's is, for some have something left to send.
  [[nodiscard]] task<> shutdown();

  /// Closes now; what was written is still delivered. Operations after it fail.
  /// Errors: throws `std::logic_error` while an operation is in flight: cancel its task first.
  void close();
  /// Closes now with a reset: what was written and has not arrived is dropped, and the peer's read
  /// fails.
  /// Errors: as `close`.
  void reset();
  [[nodiscard]] bool is_open() const noexcept { return fd_.is_open(); }

  [[nodiscard]] const endpoint& peer_endpoint() const noexcept { return peer_; }
  [[nodiscard]] endpoint local_endpoint() const;

 private:
  friend class listener;
  friend task<socket> connect(endpoint);
  friend class connecting;
  socket(detail::descriptor fd, const endpoint& peer) noexcept : fd_(std::move(fd)), peer_(peer) {}

  /// `read 10.0.0.7:80: …`
  [[noreturn]] void fail(std::string_view verb, int error) const;

  detail::descriptor fd_;
  detail::io_slot reader_;
  detail::io_slot writer_;
  endpoint peer_;
};

class socket::reading final : public detail::io_awaiter {
 public:
  std::size_t await_resume();

 private:
  friend class socket;
  reading(socket& from, void* into, std::size_t size) noexcept;
  [[nodiscard]] const char* describe() const noexcept override { return "socket read"; }
  const socket* socket_;
};

class socket::writing_some final : public detail::io_awaiter {
 public:
  std::size_t await_resume();

 private:
  friend class socket;
  writing_some(socket& to, const void* from, std::size_t size) noexcept;
  [[nodiscard]] const char* describe() const noexcept override { return "socket write"; }
  const socket* socket_;
};

class socket::writing final : public detail::io_awaiter {
 public:
  void await_resume();

 private:
  friend class socket;
  writing(socket& to, const void* from, std::size_t size) noexcept;
  [[nodiscard]] bool is_over(int result) noexcept override;
  [[nodiscard]] const char* describe() const noexcept override { return "socket write"; }
  const socket* socket_;
  std::size_t left_;
};

struct listen_options {
  int backlog = 4096;  ///< connections the kernel keeps until they are accepted; it may lower this
  bool reuse_port =
      false;  ///< several listeners, in one process or more, share the port and its load
};

/// Accepts connections at an address; closed when destroyed.
///
/// Lifetime: neither destroyed nor moved while an `accept` is in flight.
class listener {
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
  void close();
  [[nodiscard]] bool is_open() const noexcept { return fd_.is_open(); }

 private:
  class accepting;
  friend listener listen(const endpoint&, const listen_options&);
  listener(detail::descriptor fd, const endpoint& local) noexcept
      : fd_(std::move(fd)), local_(local) {}

  detail::descriptor fd_;
  detail::io_slot accepting_;
  endpoint local_;
};

/// Starts to listen; the kernel accepts connections from here on.
/// Errors: throws `io_error`: `listen 127.0.0.1:80: Address already in use`.
[[nodiscard]] listener listen(const endpoint& local, const listen_options& options = {});

/// Connects to `peer`. For a time limit: `wait_for(connect(peer), 5s)`.
/// Errors: throws `io_error`: `connect 127.0.0.1:80: Connection refused`.
[[nodiscard]] task<socket> connect(endpoint peer);

/// Looks `host` up and connects to the first of its addresses that answers, without waiting long
/// for one that does not: IPv6 and IPv4 in turn, the next after 250 ms or when one fails, as in
/// RFC 8305.
///
/// Errors: throws `resolve_error`, and `io_error` if no address answers, naming them all.
/// Cancellation: gives up all attempts.
[[nodiscard]] task<socket> connect(std::string host, std::uint16_t port);

}  // namespace eddy::tcp
