// SPDX-License-Identifier: MIT
#include <eddy/flow/channel.hpp>

struct moody {
  moody(moody&&) {}
};

eddy::channel<moody> ch(1);
