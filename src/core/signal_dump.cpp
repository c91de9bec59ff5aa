// SPDX-License-Identifier: MIT
#include "signal_dump.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <optional>
#include <thread>

#include <eddy/core/introspect.hpp>

#include "scoped_handler.hpp"

namespace eddy::detail {
namespace {

// A handler may take no lock, so it finds the loops in a table; loops beyond it do not answer.
constinit std::array<std::atomic<signal_dump*>, 256> receivers{};
// Handlers in the table: whoever leaves it waits for them.
constinit std::atomic<int> looking{0};

struct installation {
  std::mutex mutex;
  int users = 0;
  std::optional<scoped_handler> handler;
};
installation& installed() {
  static installation one;
  return one;
}

}  // namespace

signal_dump::signal_dump(loop& home) : home_(home) {
  for (auto& slot : receivers) {
    signal_dump* free = nullptr;
    if (!slot.compare_exchange_strong(free, this)) continue;
    slot_ = &slot;
    break;
  }
  const std::lock_guard lock(installed().mutex);
  if (installed().users++ == 0) installed().handler.emplace(SIGQUIT, &signal_dump::handle);
}

signal_dump::~signal_dump() {
  {
    const std::lock_guard lock(installed().mutex);
    if (--installed().users == 0) installed().handler.reset();
  }
  if (slot_ != nullptr) slot_->store(nullptr);
  // Sequentially consistent, as in handle(): it has seen the slot empty, or we see it looking.
  while (looking.load() != 0) std::this_thread::yield();
}

void signal_dump::handle(int) noexcept {
  looking.fetch_add(1);
  for (auto& slot : receivers) {
    signal_dump* self = slot.load();
    if (self == nullptr || self->on_its_way_.exchange(true)) continue;
    self->home_.post(*self);
    self->home_.interrupt();
  }
  looking.fetch_sub(1);
}

void signal_dump::arrive() noexcept {
  on_its_way_.store(false);
  std::fputs(("eddy: SIGQUIT: the tasks of a loop\n" + task_tree(home_)).c_str(), stderr);
}

}  // namespace eddy::detail
