// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <span>

constexpr int message_size = 64;

/// Keeps one message under way on each of `connections`; tells `look` how many have come back so
/// far, each time that some have. Ends when that returns false.
void echo_rounds(std::span<const int> connections, const std::function<bool(long)>& look);
