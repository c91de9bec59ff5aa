// SPDX-License-Identifier: MIT
#include <eddy/core/post_to.hpp>

eddy::task<int> answer();

void ask(const eddy::loop_ref& loop) { eddy::post_to(loop, answer()); }
