// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <eddy/core/outcome.hpp>
#include <eddy/http/server.hpp>
#include <eddy/http/websocket.hpp>
#include <eddy/io/tcp.hpp>
#include <http/loopback.hpp>
#include <http/websocket/frames.hpp>

namespace eddy::http::websocket::testing {

using http::testing::while_serving;

/// A server at whose every path `serve` speaks.
inline server speaking(handler serve, accept_options options = {}) {
  server s;
  s.fallback([serve = std::move(serve),
              options = std::move(options)](server_request& request) -> task<server_reply> {
    co_return accept(request, serve, options);
  });
  return s;
}

inline std::string url_of(endpoint where, std::string_view path = "/") {
  return "ws://" + where.to_string() + std::string(path);
}

/// Sends every message back.
inline task<> echo(connection& c) {
  while (auto m = co_await c.next()) co_await c.send(std::move(*m));
}

inline std::string handshake(std::string_view more = "") {
  return "GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         std::string(more) + "\r\n";
}

/// A client of frames made by hand.
class raw_client {
 public:
  static task<raw_client> connect(endpoint where) {
    raw_client made(co_await tcp::connect(where));
    co_await made.socket.write_all(handshake());
    while (!made.left_.contains("\r\n\r\n")) {
      if (!co_await made.read_more()) throw std::runtime_error("no answer: " + made.left_);
    }
    made.left_.erase(0, made.left_.find("\r\n\r\n") + 4);
    co_return made;
  }

  [[nodiscard]] task<> send(opcode op, std::string_view payload, frame_options options = {}) {
    options.masked = true;
    const std::string bytes = frame(op, payload, options);
    co_await socket.write_all(bytes);
  }

  /// The next frame as `opcode:payload`, or `end` of the stream.
  [[nodiscard]] task<std::string> receive() {
    for (;;) {
      std::string_view input = left_;
      const auto got = reader_->next(input);
      left_ = std::string(input);
      if (got) co_return fmt::format("{}:{}", static_cast<unsigned>(got->op), got->data);
      if (!co_await read_more()) co_return "end";
    }
  }

  tcp::socket socket;

 private:
  explicit raw_client(tcp::socket connected) : socket(std::move(connected)) {}

  task<bool> read_more() {
    std::array<char, 4096> piece;
    const std::size_t count = co_await socket.read_some(piece);
    left_.append(piece.data(), count);
    co_return count > 0;
  }

  std::string left_ = {};
  std::unique_ptr<detail::message_reader> reader_ = std::make_unique<detail::message_reader>(
      detail::message_reader::settings{.us = role::client});
};

/// How `work` ended, where it ends with `connection_closed`.
template <class T>
std::optional<close_reason> closed_with(const eddy::outcome<T>& result) {
  if (!result.has_error()) return std::nullopt;
  try {
    std::rethrow_exception(result.error());
  } catch (const connection_closed& error) {
    return error.reason();
  }
}

}  // namespace eddy::http::websocket::testing
