// SPDX-License-Identifier: MIT
#include "monitor.hpp"

#include <utility>

#include <fmt/format.h>

#include <eddy/core/error.hpp>

#include "await_stack.hpp"

namespace eddy::detail {
namespace {

constexpr std::chrono::milliseconds slow_step{50};

/// The task, if it is still the one it was: its record may serve another one by now.
const task_record* find_task(const loop& home, const task_record* record, std::uint64_t id) {
  for (const task_record* t = home.live_tasks(); t != nullptr; t = t->next) {
    if (t == record && t->id == id) return t;
  }
  return nullptr;
}

}  // namespace

monitor::monitor(const loop_checks& checks) : timing_(checks.debug) {
  if (checks.seed) random_.emplace(*checks.seed);
}

frame* monitor::pick(frame_fifo& ready) {
  if (!random_) return ready.pop();
  while (frame* f = ready.pop()) mixed_.push_back(f);
  if (mixed_.empty()) return nullptr;
  std::swap(mixed_[(*random_)() % mixed_.size()], mixed_.back());
  frame* picked = mixed_.back();
  mixed_.pop_back();
  if (!mixed_.empty()) {  // so that the queue is empty only when nothing is ready
    ready.push(*mixed_.back());
    mixed_.pop_back();
  }
  return picked;
}

void monitor::step_begins(const frame& f) {
  if (!timing_) return;
  task_ = f.record;
  id_ = task_->id;
  name_ = task_->name();
  from_ = await_stack(*task_);
  began_ = wall_clock::now();
}

void monitor::step_ended(const loop& home) {
  if (!timing_) return;
  const auto took = wall_clock::now() - began_;
  if (took <= slow_step) return;
  const task_record* still_there = find_task(home, task_, id_);
  report(fmt::format(
      "task {}#{} kept its loop busy for {} ms, and every other task waited: from {} to {}; "
      "run what blocks with co_await eddy::to_thread(f), and co_await eddy::yield() now and then "
      "in what computes",
      name_, id_, std::chrono::duration_cast<std::chrono::milliseconds>(took).count(),
      to_string(from_), still_there != nullptr ? to_string(await_stack(*still_there)) : "its end"));
}

}  // namespace eddy::detail
