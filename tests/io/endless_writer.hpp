// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace eddy::testing {

// What the endless writer writes in turn.
inline std::string one_content() { return std::string(100'000, '1'); }
inline std::string other_content() { return std::string(300'000, '2'); }

}  // namespace eddy::testing
