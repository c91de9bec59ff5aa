// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <eddy/core/task.hpp>
#include <eddy/core/time.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/http/body.hpp>
#include <http/wire.hpp>

namespace eddy::http::detail {

/// Sends the body of a request, while somebody else reads what the server may say to it meanwhile.
class upload {
 public:
  /// `label` names the request in errors. Lifetime: all three outlive it.
  upload(wire& to, http::body& body, std::string_view label);

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
  /// Since when the connection has taken nothing. A body that is slow to come is not its fault.
  [[nodiscard]] time_point quiet_since() const noexcept;

 private:
  [[nodiscard]] task<bool> send_pieces();
  [[nodiscard]] task<bool> write_chunks(std::string_view piece);
  [[nodiscard]] task<bool> write(std::string_view bytes);
  void check_length(std::uint64_t length, bool at_end) const;

  wire& wire_;
  http::body& body_;
  std::string_view label_;
  event over_;
  bool complete_ = false;
  bool waits_for_body_ = false;
  time_point moved_;
  std::string lost_;
  std::string chunk_;
};

}  // namespace eddy::http::detail
