// SPDX-License-Identifier: MIT
#include <eddy/core/post_to.hpp>

void ask(const eddy::loop_ref& loop, int& hits) {
  eddy::post_to(loop, [](int& h) { ++h; }, hits);
}
