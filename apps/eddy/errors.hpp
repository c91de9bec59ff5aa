// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>

namespace eddy::app {

/// What the user asked for cannot be done as asked: one line on stderr, exit status 2.
class usage_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The site did not let us begin: one line on stderr, exit status 3.
class unreachable_site : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Exit statuses of the program.
enum exit_code : int {
  exit_ok = 0,
  exit_some_failed = 1,  ///< finished, with some failures
  exit_usage = 2,        ///< wrong use or configuration
  exit_nothing_useful = 3,
  exit_internal = 4,  ///< internal or integrity error
};

}  // namespace eddy::app
