// SPDX-License-Identifier: MIT
#include <eddy/core/run.hpp>

eddy::task<> start();

int main() { return eddy::run(start()); }
