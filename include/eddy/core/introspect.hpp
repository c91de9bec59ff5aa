// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace eddy {

class loop;

/// Every live task of `home` as a tree, one line a task: what it waits for and since when, where,
/// and the coroutines above that, innermost first. Works in every build.
[[nodiscard]] std::string task_tree(const loop& home);

/// Writes the tree of this thread's loop to stderr; nothing outside a running loop.
void dump_tasks();

}  // namespace eddy
