// SPDX-License-Identifier: MIT
#pragma once

#include <eddy/core/detail/leaf.hpp>

namespace eddy::detail {

/// Ends the coroutine here if a cancel is pending; goes on at once if not. For operations that
/// change something before they reach one that would see it.
class cancel_point final : public leaf {
 public:
  [[nodiscard]] bool suspend(frame& owner) noexcept {
    if (!park(owner)) return true;
    owner.child = nullptr;
    return false;
  }
  void await_resume() const noexcept {}

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "nothing"; }
};

}  // namespace eddy::detail
