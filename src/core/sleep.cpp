// SPDX-License-Identifier: MIT
#include <eddy/core/sleep.hpp>

namespace eddy::detail {

void sleep_awaiter::suspend(frame& owner) {
  if (!park(owner)) return;
  if (kind_ == until_kind::span && span_ <= duration::zero()) return wake();
  const time_point deadline =
      kind_ == until_kind::instant ? time_point(span_) : add_saturating(home().now(), span_);
  home().arm(*this, deadline);
}

}  // namespace eddy::detail
