// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <exception>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/core/detail/as_task.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/time.hpp>
#include <eddy/io/detail/served_connections.hpp>

namespace eddy {

/// How many connections `serve` takes, and how it lets them go.
struct serve_options {
  /// Served at once; further connections wait in the kernel's backlog.
  std::size_t max_connections = std::numeric_limits<std::size_t>::max();
  /// Served at once of one peer: an address, or on Unix sockets a user. Further connections of its
  /// are closed as they come.
  std::size_t max_per_peer = std::numeric_limits<std::size_t>::max();
  /// How long handlers may go on after a cancel has ended the accepting.
  duration drain = duration::zero();
  /// Hears of what a handler throws, on the loop's thread; without it a line goes to stderr.
  std::function<void(std::string_view peer, const std::exception_ptr& error)> on_error = {};
};

namespace detail {

void report_handler_error(std::string_view peer, const std::exception_ptr& error);

template <class Listener>
using accepted_t = await_value_t<decltype(std::declval<Listener&>().accept())>;

/// `accept()` gives sockets that can say who is at the other end.
template <class Listener>
concept accepts_connections = requires(const accepted_t<Listener>& socket) {
  { socket.peer_name() } -> std::convertible_to<std::string>;
  { socket.peer_identity() } -> std::convertible_to<std::string>;
};

// Handler and options live in the frame of serve(), which outlasts every connection.
template <class Socket, class Handler>
task<> serve_connection(Handler* handler, const serve_options* options, Socket connection,
                        [[maybe_unused]] served_connections::place place) {
  const std::string peer = connection.peer_name();
  try {
    co_await (*handler)(std::move(connection));
  } catch (...) {
    if (options->on_error) {
      options->on_error(peer, std::current_exception());
    } else {
      report_handler_error(peer, std::current_exception());
    }
  }
}

}  // namespace detail

/// Accepts connections for ever and runs `handler(socket)`, which returns `task<>`, for each of
/// them as a task of its own. The connection closes when the handler lets go of the socket.
///
/// `listener` is a `tcp::listener`, a `unix_socket::listener`, or whatever has such an `accept()`.
/// Errors: a handler's ends its own connection, see `serve_options::on_error`. Throws what `accept`
/// throws, after cancelling the handlers, and what `on_error` throws.
/// Cancellation: stops accepting, lets handlers go on for `serve_options::drain`, cancels those
/// that are left and joins them. The listener stays open, and connections wait in its backlog.
/// Lifetime: `listener` lives until it has ended.
template <detail::accepts_connections Listener, class Handler>
  requires detail::makes_task<Handler&, detail::accepted_t<Listener>>
[[nodiscard]] task<> serve(Listener& listener, Handler handler, serve_options options = {}) {
  using socket = detail::accepted_t<Listener>;
  detail::served_connections served(options.max_connections, options.max_per_peer);
  const bool counts_peers = options.max_per_peer != serve_options{}.max_per_peer;
  const auto accept = [&](task_group& connections) -> task<> {
    for (;;) {
      // A place first: a connection that is accepted can be served.
      auto place = co_await served.wait_for_place();
      socket connection = co_await listener.accept();
      if (counts_peers && !place.take_for(connection.peer_identity())) continue;
      task_options named{.name = "connection " + connection.peer_name()};
      (void)connections.create_task(std::move(named), detail::serve_connection<socket, Handler>,
                                    &handler, &options, std::move(connection), std::move(place));
    }
  };
  co_await served.draining().run(accept, {}, options.drain);
}

}  // namespace eddy
