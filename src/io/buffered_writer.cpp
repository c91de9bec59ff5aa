// SPDX-License-Identifier: MIT
#include <eddy/io/buffered_writer.hpp>

#include <stdexcept>

void eddy::detail::throw_half_written() {
  throw std::logic_error(
      "eddy: a buffered write after one that failed or was cancelled half-way: nobody knows what "
      "was sent, so close the stream");
}
