// SPDX-License-Identifier: MIT
#include "signal_dump.hpp"

#include <csignal>
#include <cstdio>

#include <eddy/core/introspect.hpp>

namespace eddy::detail {

signal_dump::signal_dump(loop& home) : signal_listener(rank::by_default), home_(home) {
  (void)listen(signal_bit(SIGQUIT));  // those that find no room do not answer
}

signal_dump::~signal_dump() { leave(); }

void signal_dump::on_signal(int) noexcept {
  if (on_its_way_.exchange(true)) return;
  home_.post(*this);
  home_.interrupt();
}

void signal_dump::arrive() noexcept {
  on_its_way_.store(false);
  std::fputs(("eddy: SIGQUIT: the tasks of a loop\n" + task_tree(home_)).c_str(), stderr);
}

}  // namespace eddy::detail
