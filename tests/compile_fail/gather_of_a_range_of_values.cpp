// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include <eddy/core/gather.hpp>

eddy::task<> start(std::vector<std::string> urls) { co_await eddy::gather(urls); }
