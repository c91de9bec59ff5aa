// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string_view>

#include <eddy/core/task.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/http/body.hpp>
#include <http/server/client_output.hpp>
#include <http/server/reply_writer.hpp>

namespace eddy::http::detail {

/// Sends a body that is made piece by piece: the next piece is asked for when the client, or the
/// kernel for it, has taken the one before.
class reply_stream {
 public:
  /// `sent` is counted up to the bytes that went out. Lifetime: it outlives this.
  reply_stream(client_output& output, reply_framing framing, std::optional<std::uint64_t> size,
               std::uint64_t& sent) noexcept
      : output_(output), framing_(framing), size_(size), sent_(sent) {}

  /// There may be no further piece once that is set.
  void end_at(event& stopping) noexcept { stopping_ = &stopping; }

  /// False: the client cannot tell that the body ended, or has not got all of it.
  ///
  /// Errors: those of the wire, and what the pieces throw as `failure()`.
  [[nodiscard]] task<bool> send(body_stream pieces);

  /// What kept the body from its end, if it was not the client.
  [[nodiscard]] const std::exception_ptr& failure() const noexcept { return failure_; }

 private:
  [[nodiscard]] task<std::optional<std::string_view>> next(body_stream& pieces);
  [[nodiscard]] static task<std::optional<std::string_view>> make(body_stream& pieces);
  [[nodiscard]] task<std::optional<std::string_view>> make_until_stopped(body_stream& pieces);
  void check_size(std::optional<std::string_view> piece) const;
  [[nodiscard]] task<bool> send_piece(std::string_view piece);
  [[nodiscard]] task<bool> end();

  client_output& output_;
  reply_framing framing_;
  std::optional<std::uint64_t> size_;
  std::uint64_t& sent_;
  event* stopping_ = nullptr;
  std::exception_ptr failure_;
};

}  // namespace eddy::http::detail
