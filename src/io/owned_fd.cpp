// SPDX-License-Identifier: MIT
#include <eddy/io/owned_fd.hpp>

#include <unistd.h>

namespace eddy {

owned_fd::~owned_fd() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace eddy
