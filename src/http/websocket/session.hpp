// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <eddy/core/task.hpp>
#include <eddy/core/timeout.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/flow/queue.hpp>
#include <eddy/http/websocket_connection.hpp>
#include <http/input_buffer.hpp>
#include <http/websocket/message_reader.hpp>
#include <http/websocket/message_writer.hpp>
#include <http/websocket/pings.hpp>
#include <http/websocket/send_queue.hpp>
#include <http/wire.hpp>

namespace eddy::http::websocket::detail {

/// Who speaks, after the handshake.
struct session_setup {
  role us = role::server;
  std::string label = {};  // for messages: `websocket ws://a.test/`
  connection_options options = {};
  std::optional<deflate_settings> deflate = {};
  std::string subprotocol = {};
};

/// What stands behind a `connection`: one task reads, one writes, and between them and the program
/// are two queues.
///
/// It closes in this order, whoever begins: nothing more is taken from the program, nor given to
/// it; what waits is sent, unless the other end would not read it; the close frame is sent; the
/// other end's is awaited; the stream is closed. All that within `close_timeout`.
class session {
 public:
  session(std::unique_ptr<http::detail::wire> wire, std::string_view received, session_setup setup);

  /// Moves bytes until the connection is over. Errors: none; they are what `reason` says.
  [[nodiscard]] task<> run();

  /// The end of it that the program has. One that is destroyed stops `running`.
  [[nodiscard]] static connection open(std::shared_ptr<session> s);
  [[nodiscard]] static connection open_and_run(std::shared_ptr<session> s);

  // As of `connection`:
  [[nodiscard]] task<std::optional<message>> next();
  [[nodiscard]] task<> send(outgoing item);
  bool try_send(const outgoing& item);
  [[nodiscard]] task<duration> ping();
  [[nodiscard]] task<> close(close_reason reason);

  /// Begins to close, unless that has begun.
  void begin_close(close_reason reason);

  /// Waits until the program knows that the connection is over. It has as long as closing may take,
  /// and as long again whenever it has read some of what had arrived. False: it does not look.
  [[nodiscard]] task<bool> noticed();
  /// The program has ended its part.
  void program_ended() noexcept { noticed_.set(); }

  [[nodiscard]] bool closing() const noexcept { return end_.has_value(); }
  [[nodiscard]] const std::optional<close_reason>& reason() const noexcept { return end_; }
  [[nodiscard]] const session_setup& setup() const noexcept { return setup_; }
  [[nodiscard]] std::size_t queued() const noexcept { return outbox_.bytes(); }
  [[nodiscard]] std::size_t dropped() const noexcept { return outbox_.dropped(); }

 private:
  enum class waiting : bool { is_sent, is_dropped };
  class over_at_exit;

  [[nodiscard]] task<> move_bytes();
  [[nodiscard]] task<bool> read();
  [[nodiscard]] task<bool> receive_bytes();
  [[nodiscard]] task<> take(incoming got);
  [[nodiscard]] task<> read_to_end();
  [[nodiscard]] task<> write();
  [[nodiscard]] bool fill_output();
  [[nodiscard]] task<bool> write_output();

  void end(close_reason reason, std::string how, waiting what);
  void end_with_close(close_reason reason, std::string how, waiting what);
  void lose(std::string why);
  void end_within(duration longest);
  [[noreturn]] void throw_closed();

  const session_setup setup_;
  std::unique_ptr<http::detail::wire> wire_;  // until the connection is over
  http::detail::input_buffer input_;
  message_reader reader_;
  message_writer writer_;
  std::string output_;  // frames on their way

  queue<message> inbox_;
  send_queue outbox_;
  pings pings_;
  event wake_;  // the writer: there is something to send

  std::optional<close_reason> end_;  // from the moment that it closes
  std::string how_;                  // in words
  bool ended_here_ = false;          // the program said so
  std::optional<std::string> close_frame_;
  bool close_sent_ = false;
  bool close_received_ = false;
  std::string write_error_;
  timeout_scope* limit_ = nullptr;  // of `run`
  event over_;
  event noticed_;
};

}  // namespace eddy::http::websocket::detail
