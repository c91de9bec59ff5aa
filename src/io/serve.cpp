// SPDX-License-Identifier: MIT
#include <eddy/io/serve.hpp>

#include <fmt/format.h>

#include <eddy/core/error.hpp>

namespace eddy::detail {

void report_handler_error(const endpoint& peer, const std::exception_ptr& error) {
  report(fmt::format("the handler of {} failed: {}", peer.to_string(), describe(error)));
}

}  // namespace eddy::detail
