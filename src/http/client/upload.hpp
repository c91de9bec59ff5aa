// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <eddy/core/task.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/http/body.hpp>
#include <http/client/quiet_watch.hpp>
#include <http/wire.hpp>

namespace eddy::http::detail {

/// Sends the body of a request, while somebody else reads what the server may say to it meanwhile.
class upload {
 public:
  /// `label` names the request in errors. Lifetime: all four outlive it.
  upload(wire& to, http::body& body, quiet_watch& watch, std::string_view label) noexcept
      : wire_(to), body_(body), watch_(watch), label_(label) {}

  /// Sends as much of the body as the connection takes: if that breaks, what the server has said
  /// before tells more than how.
  ///
  /// Errors: whatever the pieces of the body throw; `client_error` if they are not as long as said.
  [[nodiscard]] task<> run();

  /// All of it was sent, or the connection broke.
  [[nodiscard]] event& over() noexcept { return over_; }
  [[nodiscard]] bool complete() const noexcept { return complete_; }
  /// How the connection broke; empty if it did not.
  [[nodiscard]] const std::string& lost() const noexcept { return lost_; }

 private:
  [[nodiscard]] task<bool> send_pieces();
  [[nodiscard]] task<bool> write_chunks(std::string_view piece);
  [[nodiscard]] task<bool> write(std::string_view bytes);
  void check_length(std::uint64_t length, bool at_end) const;

  wire& wire_;
  http::body& body_;
  quiet_watch& watch_;
  std::string_view label_;
  event over_;
  bool complete_ = false;
  std::string lost_;
  std::string chunk_;
};

}  // namespace eddy::http::detail
