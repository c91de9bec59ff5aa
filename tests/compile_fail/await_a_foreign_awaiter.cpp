// SPDX-License-Identifier: MIT
#include <coroutine>

#include <eddy/core/task.hpp>

eddy::task<> start() { co_await std::suspend_always(); }
