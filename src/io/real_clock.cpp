// SPDX-License-Identifier: MIT
#include "real_clock.hpp"

#include <cerrno>
#include <stdexcept>

#include <eddy/core/error.hpp>
#include <eddy/core/loop.hpp>

namespace eddy::detail {

void require_real_clock(const std::string& tried) {
  const loop* home = loop::current();
  if (home == nullptr) {
    throw std::logic_error("eddy: " + tried + " outside eddy::run: call it in a task");
  }
  if (home->owns_clock()) {
    throw io_error(EOPNOTSUPP, tried +
                                   " under a virtual clock, which nothing outside goes by "
                                   "(EDDY_IO_TEST has a real one)");
  }
}

}  // namespace eddy::detail
