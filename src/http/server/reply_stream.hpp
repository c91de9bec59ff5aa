// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string_view>

#include <eddy/core/task.hpp>
#include <eddy/http/body.hpp>
#include <http/server/client_output.hpp>
#include <http/server/reply_writer.hpp>

namespace eddy::http::detail {

/// Sends a body that is made piece by piece: the next piece is asked for when the client, or the
/// kernel for it, has taken the one before.
class reply_stream {
 public:
  reply_stream(client_output& output, reply_framing framing, std::optional<std::uint64_t> size)
      : output_(output), framing_(framing), size_(size) {}

  /// False: the client cannot tell that the body ended, or has not got all of it.
  ///
  /// Errors: those of the wire, and what the pieces throw as `failure()`.
  [[nodiscard]] task<bool> send(body_stream pieces);

  /// What kept the body from its end, if it was not the client.
  [[nodiscard]] const std::exception_ptr& failure() const noexcept { return failure_; }

 private:
  [[nodiscard]] task<std::optional<std::string_view>> next(body_stream& pieces);
  [[nodiscard]] task<bool> send_piece(std::string_view piece);
  [[nodiscard]] task<bool> end();

  client_output& output_;
  reply_framing framing_;
  std::optional<std::uint64_t> size_;
  std::uint64_t sent_ = 0;
  std::exception_ptr failure_;
};

}  // namespace eddy::http::detail
