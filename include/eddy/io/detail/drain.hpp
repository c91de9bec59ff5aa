// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <utility>

#include <eddy/core/task.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/time.hpp>
#include <eddy/flow/event.hpp>

namespace eddy::detail {

/// A server that sees its connections off: a cancel ends the accepting at once, but lets those
/// connections go on for a while that have begun.
///
/// Lifetime: outlives its members.
class drain {
 public:
  /// A connection that is waited for as long as this lives.
  class member {
   public:
    explicit member(drain& of) noexcept : of_(&of) { ++of.members_; }
    member(member&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
    member& operator=(member&&) = delete;
    ~member() {
      if (of_ != nullptr && --of_->members_ == 0) of_->gone_.set();
    }

   private:
    drain* of_;
  };

  /// Awaits `accept(connections)`, which starts connections in the group and never returns. On a
  /// cancel, ends it, calls `stopped()`, and gives the members up to `limit` to go before what is
  /// left of the group is cancelled.
  ///
  /// Errors: throws what `accept` throws, after cancelling the group.
  [[nodiscard]] task<> run(std::function<task<>(task_group& connections)> accept,
                           std::function<void()> stopped, duration limit);

 private:
  [[nodiscard]] task<> stop_when_cancelled();
  [[nodiscard]] task<> serve(std::function<task<>(task_group&)> accept,
                             std::function<void()> stopped, duration limit);

  std::size_t members_ = 0;
  event stop_;
  event gone_;
};

}  // namespace eddy::detail
