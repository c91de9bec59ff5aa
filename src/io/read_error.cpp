// SPDX-License-Identifier: MIT
#include <eddy/io/read_error.hpp>

#include <fmt/format.h>

namespace eddy {

incomplete_read::incomplete_read(std::string_view wanted, std::size_t received)
    : std::runtime_error(fmt::format(
          "read {}: the stream ended after {} bytes, which are still buffered", wanted, received)),
      received_(received) {}

limit_exceeded::limit_exceeded(std::string_view wanted, std::size_t limit)
    : std::runtime_error(fmt::format(
          "read {}: not within the limit of {} bytes; read on with a larger one, or with "
          "read_some",
          wanted, limit)),
      limit_(limit) {}

}  // namespace eddy
