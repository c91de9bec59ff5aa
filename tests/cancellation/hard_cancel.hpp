// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <eddy/core/loop.hpp>
#include <eddy/core/task_handle.hpp>

namespace eddy::cancellation {

/// The outermost frame of a live task; null when it has ended or is being destroyed.
inline detail::frame* root_of(const loop& home, std::uint64_t id) {
  for (const detail::task_record* t = home.live_tasks(); t != nullptr; t = t->next) {
    if (t->id == id) return t->root;
  }
  return nullptr;
}

/// What the end of the grace time and a second Ctrl-C do: reaches shields and clean-up too.
inline void cancel_hard(std::uint64_t id) {
  loop& home = *loop::current();
  if (detail::frame* root = root_of(home, id)) home.cancel(*root, true);
}

template <class T>
void cancel_hard(const task_handle<T>& handle) {
  cancel_hard(handle.id());
}

}  // namespace eddy::cancellation
