// SPDX-License-Identifier: MIT
#pragma once

#include <eddy/core/detail/adoption.hpp>
#include <eddy/core/detail/supervisor.hpp>
#include <eddy/core/loop.hpp>

namespace eddy::detail {

/// Asks the main task of `home` to stop. Hard, that reaches clean-up it has adopted and the tasks
/// it left as well, which get no other word before their grace time is over.
inline void cancel_main(loop& home, task_record& main, child_frame& root, const cancel_reason& why,
                        bool hard) noexcept {
  main.note_cancel(why);
  root.cancel(hard);
  if (!hard) return;
  if (main.adopted != nullptr) main.adopted->cancel_hard();
  home.background().cancel_children(why, true);
}

}  // namespace eddy::detail
