// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>

namespace eddy {

/// Why a task was asked to stop.
enum class cancel_kind : std::uint8_t { none, timeout, sibling_failed, user, shutdown, race_lost };

[[nodiscard]] std::string_view to_string(cancel_kind kind) noexcept;

/// Who asked a task to stop, where and why. Logs, errors and the task tree show it.
struct cancel_reason {
  cancel_kind kind = cancel_kind::user;
  std::source_location where = std::source_location::current();
  std::uint64_t asked_by = 0;  ///< id of the asking task; 0: nobody's, a timer or the program's end
};

/// `user cancel at server.cpp:88 by task #3`
[[nodiscard]] std::string to_string(const cancel_reason& reason);

/// What awaiting a handle throws when somebody cancelled its task.
///
/// For the awaiter this is an error like any other. Being cancelled *yourself* is never an
/// exception: the coroutine is unwound, see docs/cancellation.md.
class task_cancelled : public std::runtime_error {
 public:
  task_cancelled(std::string_view task, const cancel_reason& reason);
  [[nodiscard]] const cancel_reason& reason() const noexcept { return reason_; }

 private:
  cancel_reason reason_;
};

}  // namespace eddy
