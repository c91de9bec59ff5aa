// SPDX-License-Identifier: MIT
#include <eddy/core/create_task.hpp>

eddy::task<int> f();

eddy::task<> start() { auto handle = eddy::create_task(f()); }
