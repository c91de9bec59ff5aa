// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <eddy/core/task.hpp>
#include <eddy/core/time.hpp>
#include <eddy/http/client_error.hpp>
#include <eddy/http/connecting.hpp>
#include <eddy/http/headers.hpp>
#include <eddy/http/server_message.hpp>
#include <eddy/http/websocket_connection.hpp>
#include <eddy/io/tls/context.hpp>

/// WebSocket, RFC 6455, with compressed messages, RFC 7692: both ends.
namespace eddy::http::websocket {

/// Speaks on a connection; when it ends, the connection is closed: with 1000 after a value, 1011
/// after an error, which is reported unless it is `connection_closed`.
using handler = std::function<task<>(connection&)>;

/// Who may connect, and what is spoken.
struct accept_options {
  std::vector<std::string> subprotocols = {};  ///< spoken here, the preferred first
  /// The pages whose scripts may connect besides those of the request's own host: origins such as
  /// `https://a.test`, or `*` for all. Programs say no origin, and may always.
  std::vector<std::string> origins = {};
  connection_options connection = {};
};

/// What a handler of HTTP answers so that `serve` speaks WebSocket from there on: to a request that
/// asks for something else a 400 or 426, and to a page that may not connect a 403.
///
/// A server that stops closes with 1001, and lets `serve` go on for `server_options::drain`. Where
/// the connection is over and `serve` neither asks for the next message nor sends one for as long
/// as `close_timeout`, it is cancelled.
/// Example: `co_return websocket::accept(request, [](websocket::connection& c) -> task<> { … });`
[[nodiscard]] server_reply accept(const server_request& request, handler serve,
                                  accept_options options = {});

/// What a client says when it connects, and how long it waits.
struct connect_options {
  http::headers headers = {};                      ///< of the handshake, such as Authorization
  std::vector<std::string> subprotocols = {};      ///< that may be spoken, the preferred first
  duration timeout = std::chrono::seconds(10);     ///< until the handshake is over
  std::optional<tls::context> tls = std::nullopt;  ///< for `wss`; none: the system's authorities
  std::vector<host_override> resolve = {};
  proxy_options proxy = {};
  connection_options connection = {};
};

/// The server answered a handshake with something else than 101.
class handshake_refused : public client_error {
 public:
  handshake_refused(int status, const std::string& message)
      : client_error(client_fault::protocol, message), status_(status) {}
  [[nodiscard]] int status() const noexcept { return status_; }

 private:
  int status_;
};

/// Opens a connection to `url`, `ws://` or `wss://`. Redirects are not followed. A user and a
/// password in the URL are sent as Basic credentials, and appear in no message.
///
/// Errors: throws `client_error`, a `handshake_refused` among them; `timeout_error` whose `what()`
/// names the URL and the limit.
/// Cancellation: closes what was opened.
[[nodiscard]] task<connection> connect(std::string url, connect_options options = {});

}  // namespace eddy::http::websocket
