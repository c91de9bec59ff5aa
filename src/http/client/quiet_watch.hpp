// SPDX-License-Identifier: MIT
#pragma once

#include <eddy/core/timeout.hpp>
#include <http/client/exchange_limits.hpp>

namespace eddy::http::detail {

/// Puts off the end of a `timeout` while bytes move: one timer for many reads and writes.
class quiet_watch {
 public:
  /// Lifetime: both outlive it.
  quiet_watch(const exchange_limits& limits, timeout_scope& scope) noexcept
      : limits_(limits), scope_(scope) {}

  /// Bytes have moved: silence counts from now.
  void moved() { end_in(limits_.now(exchange_limits::which::idle_read)); }
  /// The other end has nothing to do until bytes move again: its silence is no fault.
  void pause() { end_in(limits_.now(exchange_limits::which::total)); }

 private:
  void end_in(const exchange_limits::allowance& allowed) {
    // What ended just as time was up has ended all the same; the cancel comes later.
    if (!scope_.expired()) scope_.reschedule_after(allowed.span);
  }

  const exchange_limits& limits_;
  timeout_scope& scope_;
};

}  // namespace eddy::http::detail
