// SPDX-License-Identifier: MIT
#include <eddy/core/cancel.hpp>

#include <fmt/format.h>

namespace eddy {

std::string_view to_string(cancel_kind kind) noexcept {
  switch (kind) {
    case cancel_kind::none:
      return "none";
    case cancel_kind::timeout:
      return "timeout";
    case cancel_kind::sibling_failed:
      return "sibling failed";
    case cancel_kind::user:
      return "user";
    case cancel_kind::shutdown:
      return "shutdown";
    case cancel_kind::race_lost:
      return "race lost";
  }
  return "unknown";
}

std::string to_string(const cancel_reason& reason) {
  std::string text = fmt::format("{} cancel", to_string(reason.kind));
  if (reason.where.line() != 0) {
    fmt::format_to(std::back_inserter(text), " at {}:{}", reason.where.file_name(),
                   reason.where.line());
  }
  if (reason.asked_by != 0)
    fmt::format_to(std::back_inserter(text), " by task #{}", reason.asked_by);
  return text;
}

task_cancelled::task_cancelled(std::string_view task, const cancel_reason& reason)
    : std::runtime_error(fmt::format("task {} was cancelled: {}", task, to_string(reason))),
      reason_(reason) {}

}  // namespace eddy
