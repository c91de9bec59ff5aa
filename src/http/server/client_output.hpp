// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <eddy/core/task.hpp>
#include <eddy/flow/mutex.hpp>
#include <http/server/patience.hpp>
#include <http/wire.hpp>

namespace eddy::http::detail {

/// What goes to a client. Small pieces are gathered and go out together.
class client_output {
 public:
  client_output(wire& to, patience limit) noexcept : to_(to), limit_(limit) {}

  /// Pieces up to this are worth a copy, to go out with what is before and behind them.
  static constexpr std::size_t small = std::size_t{16} * 1024;

  /// What goes out with the next `flush`; to be appended to.
  [[nodiscard]] std::string& pending() noexcept { return pending_; }
  [[nodiscard]] bool is_full() const noexcept { return pending_.size() >= most_gathered; }

  /// A flush is under way, or was given up.
  [[nodiscard]] bool is_sending() const noexcept { return !left_.empty(); }

  /// Nothing may go out for long: gives back its memory. Requires: all was sent.
  void release() noexcept { taken_ = pending_ = {}; }

  /// A new answer begins, and with it the client's time to take it.
  void begin() noexcept { limit_.restore(); }

  /// Sends what is pending. False: the client takes nothing.
  ///
  /// Errors: those of the wire.
  /// Cancellation: safe, but for TLS; the next call goes on.
  [[nodiscard]] task<bool> flush();

  /// Sends `bytes` after what is pending, without a copy if they are many.
  [[nodiscard]] task<bool> write(std::string_view bytes);

 private:
  static constexpr std::size_t most_gathered = std::size_t{64} * 1024;

  [[nodiscard]] task<bool> send(std::string_view& bytes);

  wire& to_;
  patience limit_;
  mutex sending_;
  std::string pending_;
  std::string taken_;      // from pending_, by a flush
  std::string_view left_;  // of taken_
};

}  // namespace eddy::http::detail
