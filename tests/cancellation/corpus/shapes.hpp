// SPDX-License-Identifier: MIT
#pragma once

// A shape is a coroutine that suspends in the middle of some form of C++. The corpus cancels each
// at every one of its suspensions.

#include <cstdint>
#include <span>
#include <string_view>

#include <eddy/core/task.hpp>

namespace eddy::cancellation {

enum class trait : std::uint8_t {
  plain,
  holds_back,  // contains clean-up, a shield or a task of its own: works on after a cancel
  large,       // takes long: fewer steps are tried
};

struct shape {
  std::string_view name;
  task<> (*run)();
  trait is = trait::plain;
};

/// One function for each file of shapes; `themes` lists them.
using theme = std::span<const shape> (*)();
extern const std::span<const theme> themes;

std::span<const shape> expression_shapes();
std::span<const shape> operator_shapes();
std::span<const shape> initializer_shapes();
std::span<const shape> callable_shapes();
std::span<const shape> statement_shapes();
std::span<const shape> generator_shapes();
std::span<const shape> concurrency_shapes();
std::span<const shape> group_shapes();
std::span<const shape> cleanup_shapes();
std::span<const shape> limit_shapes();
std::span<const shape> depth_shapes();
std::span<const shape> library_shapes();

}  // namespace eddy::cancellation
