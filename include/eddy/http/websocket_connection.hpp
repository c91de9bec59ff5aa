// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <eddy/core/finally.hpp>
#include <eddy/core/task.hpp>
#include <eddy/core/task_handle.hpp>
#include <eddy/core/time.hpp>
#include <eddy/http/websocket_message.hpp>

namespace eddy::http::websocket {

/// What becomes of a `try_send` while the queue is full, because the other end takes messages more
/// slowly than they come.
enum class slow_client : std::uint8_t {
  close,        ///< the connection is closed with 1013
  drop_oldest,  ///< of what waits the oldest are dropped, as many as must be
  coalesce,     ///< all that waits is dropped: for messages each of which says the whole state
};

/// What both ends decide for themselves.
struct connection_options {
  std::size_t max_message = std::size_t{1024} * 1024;  ///< received, decompressed, in bytes
  /// The silence after which a ping asks whether the other end is still there.
  duration ping_interval = std::chrono::seconds(20);
  /// The silence after a ping, or while nothing of what is sent is taken, that counts as its loss.
  duration ping_timeout = std::chrono::seconds(20);
  duration close_timeout = std::chrono::seconds(10);  ///< for the other end to close too
  std::size_t send_queue = std::size_t{256} * 1024;   ///< in bytes; one message always fits
  slow_client when_full = slow_client::close;
  bool compress = true;             ///< where the other end does so too
  std::size_t compress_from = 128;  ///< in bytes; smaller messages go out as they are
};

namespace detail {
class session;
}

/// One end of a WebSocket connection.
///
/// Messages are received and sent in tasks of its own, which also answer pings and see to it that a
/// connection is noticed that has died. What arrives waits, up to 64 KiB or one message, until it
/// is asked for; beyond that TCP holds the other end back.
///
/// `EDDY_FOR (const message& m, connection)` runs until it is closed. As a resource,
/// `with(connect(url), …)`, it ends with the close handshake; destroyed without one it is lost for
/// the other end (1006).
/// Lifetime: outlives its operations.
class connection {
 public:
  connection(connection&&) noexcept;
  connection& operator=(connection&&) noexcept;
  ~connection();

  /// The next message; nothing once the connection was closed, here or in good order.
  ///
  /// Errors: throws `connection_closed` where it was lost, or closed with another code than 1000
  /// and 1001. Cancellation: safe; no message is lost.
  [[nodiscard]] task<std::optional<message>> next();

  /// Waits for room in the queue, and leaves the text to be sent.
  ///
  /// Errors: throws `connection_closed`; `std::invalid_argument` for a text that is not UTF-8.
  /// Cancellation: safe; a message whose `send` was cancelled is not sent.
  [[nodiscard]] task<> send(std::string text);
  [[nodiscard]] task<> send(message m);
  [[nodiscard]] task<> send_binary(std::string bytes);

  /// The same without waiting: when the queue is full, `connection_options::when_full` decides.
  /// False: the connection is closed, or is being closed.
  bool try_send(std::string text);
  bool try_send(message m);
  bool try_send_binary(std::string bytes);

  /// Asks whether the other end is there; gives the time that the answer took.
  ///
  /// Errors: throws `connection_closed`. Cancellation: safe.
  [[nodiscard]] task<duration> ping();

  /// Sends what waits in the queue, then that this is the end, and waits for the other end to agree
  /// and the connection to be closed, for at most `close_timeout`. Later calls only wait.
  ///
  /// Errors: throws `std::invalid_argument` for a code that is not sent: 1005, 1006, and numbers
  /// that mean nothing. Cancellation: the closing goes on by itself.
  [[nodiscard]] task<> close(close_code code = close_code::normal, std::string text = {});

  /// The end of a resource: `close()`, with 1011 after an error.
  [[nodiscard]] task<> close(exit_status end);

  /// Whether nothing can be sent any more.
  [[nodiscard]] bool closing() const noexcept;
  /// How it ended, or is ending; nothing while it is open.
  [[nodiscard]] const std::optional<close_reason>& reason() const noexcept;
  /// That both ends have agreed on; empty: none.
  [[nodiscard]] const std::string& subprotocol() const noexcept;
  /// In bytes, what waits to be sent.
  [[nodiscard]] std::size_t queued() const noexcept;
  /// How many messages `when_full` has dropped.
  [[nodiscard]] std::size_t dropped() const noexcept;
  /// Whether messages may be compressed on their way.
  [[nodiscard]] bool compresses() const noexcept;

 private:
  friend class detail::session;
  friend class room;
  explicit connection(std::shared_ptr<detail::session> session) noexcept;

  std::shared_ptr<detail::session> session_;
  std::optional<task_handle<>> running_;  // of a client
};

}  // namespace eddy::http::websocket
