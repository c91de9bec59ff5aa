// SPDX-License-Identifier: MIT
#include <eddy/core/task.hpp>

struct future {};

eddy::task<> start() { co_await future(); }
