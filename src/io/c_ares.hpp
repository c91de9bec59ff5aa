// SPDX-License-Identifier: MIT
#pragma once

#include <ares.h>

#include <memory>
#include <type_traits>

namespace eddy::detail {

struct ares_deleter {
  void operator()(ares_channel channel) const noexcept { ::ares_destroy(channel); }
};
using ares_owner = std::unique_ptr<std::remove_pointer_t<ares_channel>, ares_deleter>;

/// Errors: throws for every status but success; to be called for what cannot go wrong but for want
/// of memory.
void check_ares(int status);

/// `ares_init_options`, and before the first of them what c-ares wants done once.
[[nodiscard]] ares_owner new_ares(ares_options& options, int given);

}  // namespace eddy::detail
