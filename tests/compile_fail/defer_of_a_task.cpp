// SPDX-License-Identifier: MIT
#include <eddy/core/finally.hpp>

eddy::task<> clean_up();

eddy::task<> start() { co_await eddy::defer(clean_up()); }
