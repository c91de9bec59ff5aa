// SPDX-License-Identifier: MIT
#pragma once

#include <eddy/io/detail/io_awaiter.hpp>

namespace eddy::detail {

/// Waits until a descriptor is ready: gives the events that came, or -errno.
class polling_awaiter final : public io_awaiter {
 public:
  /// `what`: in the task tree's words.
  polling_awaiter(io_code code, int fd, io_slot& slot, const char* what) noexcept
      : io_awaiter({.code = code, .fd = fd}, slot), what_(what) {}
  int await_resume() noexcept { return take_result(); }

 private:
  [[nodiscard]] const char* describe() const noexcept override { return what_; }
  const char* what_;
};

}  // namespace eddy::detail
