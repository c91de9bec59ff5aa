// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <limits>
#include <type_traits>
#include <utility>

#include <eddy/core/task_group.hpp>
#include <eddy/flow/semaphore.hpp>
#include <eddy/io/tcp.hpp>

namespace eddy {

struct serve_options {
  /// Served at once; further connections wait in the kernel's backlog.
  std::size_t max_connections = std::numeric_limits<std::size_t>::max();
  /// Hears of what a handler throws, on the loop's thread; without it a line goes to stderr.
  std::function<void(const endpoint& peer, const std::exception_ptr& error)> on_error = {};
};

namespace detail {

void report_handler_error(const endpoint& peer, const std::exception_ptr& error);

// Handler and options live in the frame of serve(), which outlasts every connection.
template <class Handler>
task<> serve_connection(Handler* handler, const serve_options* options, tcp::socket connection,
                        [[maybe_unused]] semaphore::permit place) {
  const endpoint peer = connection.peer_endpoint();
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
/// Errors: a handler's ends its own connection, see `serve_options::on_error`. Throws what `accept`
/// throws, after cancelling the handlers, and what `on_error` throws.
/// Cancellation: stops accepting, cancels the handlers and joins them.
/// Lifetime: `listener` lives until it has ended.
template <class Handler>
  requires detail::makes_task<Handler&, tcp::socket>
[[nodiscard]] task<> serve(tcp::listener& listener, Handler handler, serve_options options = {}) {
  semaphore places(options.max_connections);
  co_await with_task_group([&](task_group& connections) -> task<> {
    for (;;) {
      // A place first: a connection that is accepted can be served.
      semaphore::permit place = co_await places.acquire();
      tcp::socket connection = co_await listener.accept();
      task_options named{.name = "connection " + connection.peer_endpoint().to_string()};
      (void)connections.create_task(std::move(named), detail::serve_connection<Handler>, &handler,
                                    &options, std::move(connection), std::move(place));
    }
  });
}

}  // namespace eddy
