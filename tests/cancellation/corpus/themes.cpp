// SPDX-License-Identifier: MIT
#include "shapes.hpp"

namespace eddy::cancellation {
namespace {

constexpr theme all[] = {
    expression_shapes, operator_shapes,  initializer_shapes, callable_shapes,
    statement_shapes,  generator_shapes, concurrency_shapes, group_shapes,
    cleanup_shapes,    limit_shapes,     depth_shapes,       library_shapes,
};

}  // namespace

const std::span<const theme> themes = all;

}  // namespace eddy::cancellation
