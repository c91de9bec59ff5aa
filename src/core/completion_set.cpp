// SPDX-License-Identifier: MIT
#include <eddy/core/detail/completion_set.hpp>

#include <stdexcept>
#include <utility>

namespace eddy::detail {

completion_set::~completion_set() {
  for (entry& e : entries_) {
    if (e.watching) e.block->remove(e);
    if (e.block != nullptr) e.block->release();
  }
}

void completion_set::add(spawned& block, bool ours) {
  if (block.ended() == spawned::how::running) block.refuse_itself(block.home().current_task());
  entry& e = entries_.emplace_back();
  e.set = this;
  e.block = &block;
  e.ours = ours;
  block.acquire();
  ++left_;
  if (block.ended() != spawned::how::running) return ended(e);
  e.watching = true;
  block.add(e);
}

void completion_set::ended(entry& e) noexcept {
  e.watching = false;
  *last_ended_ = &e;
  last_ended_ = &e.next_ended;
  if (waiting_ != nullptr) std::exchange(waiting_, nullptr)->wake();
}

spawned& completion_set::take() noexcept {
  entry& first = *first_ended_;
  first_ended_ = first.next_ended;
  if (first_ended_ == nullptr) last_ended_ = &first_ended_;
  --left_;
  return *std::exchange(first.block, nullptr);
}

void completion_set::cancel_ours(std::source_location where) noexcept {
  for (entry& e : entries_) {
    if (!e.watching || !e.ours) continue;
    e.block->cancel({cancel_kind::user, where, current_task_id(e.block->home())});
  }
}

void completion_set::forget_others() noexcept {
  for (entry& e : entries_) {
    if (!e.watching || e.ours) continue;
    e.watching = false;
    e.block->remove(e);
    std::exchange(e.block, nullptr)->release();
    --left_;
  }
}

bool completion_leaf::suspend(frame& owner) {
  if (set_.waiting_ != nullptr) {
    throw std::logic_error("eddy: next() of as_completed while another next() of it is under way");
  }
  if (set_.first_ended_ != nullptr || set_.over()) return pass(owner);
  if (park(owner)) set_.waiting_ = this;
  return true;
}

}  // namespace eddy::detail
