// SPDX-License-Identifier: MIT
#include "network_backend.hpp"

#include <cassert>
#include <cerrno>

namespace eddy::testing::sim {

std::optional<int> network_backend::submit(eddy::detail::io_op& op) noexcept {
  const int fd = op.request.fd;
  network_.advance();
  if (socket* s = network_.find(fd)) return s->submit(op);
  return network::is_real(fd) ? sim_backend::submit(op) : -EBADF;
}

void network_backend::cancel(eddy::detail::io_op& op) noexcept {
  socket* s = network_.find(op.request.fd);
  assert(s != nullptr && "its descriptor outlives an operation");
  s->cancel(op);
}

void network_backend::run_once(time_point until) noexcept {
  sim_backend::run_once(until);
  network_.now = now();
  network_.deliver();
}

}  // namespace eddy::testing::sim
