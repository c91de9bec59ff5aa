// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

#include <eddy/core/time.hpp>

namespace eddy {

/// When a TCP peer that says nothing is asked whether it is still there, and given up: after `idle`
/// of silence, then every `interval`, until `count` questions are unanswered. In whole seconds.
struct keepalive_options {
  duration idle = std::chrono::seconds(60);
  duration interval = std::chrono::seconds(10);
  int count = 6;
};

}  // namespace eddy
