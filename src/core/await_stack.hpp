// SPDX-License-Identifier: MIT
#pragma once

#include <source_location>
#include <span>
#include <string>
#include <vector>

#include <eddy/core/detail/task_record.hpp>

namespace eddy::detail {

/// Where each coroutine of `task` is, innermost first: at its last co_await, or where it is defined
/// if it has not come to one.
[[nodiscard]] std::vector<std::source_location> await_stack(const task_record& task);

/// `shop.cpp:40 fetch`.
[[nodiscard]] std::string to_string(const std::source_location& site);
/// `shop.cpp:40 fetch ← shop.cpp:12 crawl`.
[[nodiscard]] std::string to_string(std::span<const std::source_location> stack);

/// `fetch#3`.
[[nodiscard]] std::string label(const task_record& task);

}  // namespace eddy::detail
