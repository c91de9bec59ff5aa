// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include <eddy/testing/http_mock.hpp>

#include "script.hpp"

namespace eddy::testing {

/// What the owner of an `http_mock` and its connections share.
struct mock_core {
  mock_script script = {};
  std::deque<mock_request> requests = {};
  std::vector<std::string> violations = {};
  std::size_t connections = 0;
};

}  // namespace eddy::testing
