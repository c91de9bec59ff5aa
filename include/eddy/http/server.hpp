// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>

#include <eddy/core/task.hpp>
#include <eddy/core/time.hpp>
#include <eddy/http/access_record.hpp>
#include <eddy/http/server_message.hpp>
#include <eddy/io/tcp.hpp>
#include <eddy/io/tls/context.hpp>
#include <eddy/io/unix_socket.hpp>

namespace eddy::http {

/// What holds for all connections of a server.
struct server_options {
  /// From the first byte of a request to the end of its head; also the longest silence in its body.
  duration header_timeout = std::chrono::seconds(10);
  /// Bytes a second of a body: a client that sends or takes fewer uses up the time it may stand
  /// still.
  std::size_t min_rate = 240;
  /// How long a connection may wait for its next request, or stand still while it takes an answer.
  duration keep_alive = std::chrono::seconds(75);
  /// How long `serve`, once cancelled, lets requests go on that have begun.
  duration drain = std::chrono::seconds(10);
  /// Served at once by one `serve`; further connections wait in the kernel's backlog.
  std::size_t max_connections = 10'000;
  /// Served at once of one peer: an address, or on Unix sockets a user. Further connections of its
  /// are closed as they come.
  std::size_t max_per_peer = std::numeric_limits<std::size_t>::max();
  std::size_t max_body = std::size_t{1024} * 1024;  ///< `server_request::limit_body` changes it
  std::size_t max_header_bytes = std::size_t{64} * 1024;  ///< of the request line and all fields
  std::size_t max_fields = 128;
  std::optional<tls::context> tls = {};  ///< connections speak TLS, as `https` does
  /// Hears of each request when it is over, whatever became of it. Those that broke HTTP's rules
  /// are not among them.
  std::function<void(const access_record&)> on_request = {};
};

/// What is different for one route.
struct route_options {
  std::optional<std::uint64_t> max_body = {};  ///< instead of `server_options::max_body`
  /// How long its handler may take, until there is an answer to send; then it is cancelled, and the
  /// client gets a 503.
  std::optional<duration> timeout = {};
};

/// Where a server takes its connections from.
using listener = std::variant<tcp::listener, unix_socket::listener>;

/// Answers a request. A `reply_error` that it throws is the answer; what else it throws becomes a
/// 500 and one line on stderr.
using handler = std::function<task<server_reply>(server_request&)>;

/// Stands before the handlers: may answer itself, change the request, call `next` (once, or not at
/// all) and change what that answers.
///
/// Example: `server.use([](server_request& r, const handler& next) -> task<server_reply> { … })`
using middleware = std::function<task<server_reply>(server_request&, const handler& next)>;

namespace detail {
struct server_core;
}

/// An HTTP/1.1 server: routes requests to handlers.
///
/// Each connection is a task of its own; requests that a client sends ahead are answered in order.
/// HEAD is answered by the GET handler, and OPTIONS by the list of methods, unless there are routes
/// for them. A request that breaks HTTP's rules gets a 400, 413, 431 or 505 and the connection is
/// closed.
///
/// Cancellation: a client that leaves, or closes its sending direction, cancels its handler at the
/// next suspension; `shield` keeps it going.
class server {
 public:
  explicit server(server_options options = {});
  server(server&&) noexcept;
  server& operator=(server&&) noexcept;
  ~server();

  /// Answers requests for paths that match with `h`: in `/p/{id}` a name stands for one segment,
  /// and a `/*` at the end for whatever follows. Of several patterns the most specific serves:
  /// compared segment by segment, text comes before a name, and a name before `*`.
  ///
  /// Errors: throws `std::invalid_argument` for a pattern that does not start with `/`, has a `*`
  /// elsewhere or half a pair of braces, and for a method and pattern that have a handler already.
  void route(std::string_view method, std::string_view pattern, handler h,
             route_options options = {});

  /// Answers what no pattern matches; without it, a 404. A path that other methods are routed for
  /// is a 405.
  void fallback(handler h);

  /// Puts `m` before all handlers, behind those that were put there earlier.
  void use(middleware m);

  /// Accepts and serves connections until cancelled.
  ///
  /// Errors: throws what `accept` throws, after cancelling the handlers.
  /// Cancellation: stops accepting, closes idle connections, lets requests go on that have begun
  /// for at most `server_options::drain`, then cancels their handlers.
  /// Lifetime: the server outlives it.
  [[nodiscard]] task<> serve(listener where);

  /// Open now.
  [[nodiscard]] std::size_t connections() const noexcept;
  /// Whose handlers run now.
  [[nodiscard]] std::size_t requests() const noexcept;

 private:
  std::unique_ptr<detail::server_core> core_;
};

}  // namespace eddy::http
