// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace eddy {

/// The version of this library; CMake and pkg-config read theirs from this line.
inline constexpr std::string_view version = "0.1.0";

}  // namespace eddy
