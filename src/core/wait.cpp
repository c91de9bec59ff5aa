// SPDX-License-Identifier: MIT
#include <eddy/core/wait.hpp>

namespace eddy::detail {

bool wait_base::suspend(frame& owner) {
  const std::size_t count = size();
  bool one_ended = false;
  bool one_failed = false;
  left_ = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const spawned& each = block(i);
    one_ended = one_ended || each.ended() != spawned::how::running;
    one_failed = one_failed || each.ended() == spawned::how::error;
    if (each.ended() == spawned::how::running) {
      each.refuse_itself(owner.record);
      ++left_;
    }
  }
  if (left_ == 0 || (what_ == return_when::first_completed && one_ended) ||
      (what_ == return_when::first_exception && one_failed)) {
    return pass(owner);
  }
  watchers_ = std::vector<watcher>(left_);
  if (!park(owner)) return true;
  auto free_watcher = watchers_.begin();
  for (std::size_t i = 0; i < count; ++i) {
    if (block(i).ended() == spawned::how::running) (free_watcher++)->begin(*this, block(i));
  }
  return true;
}

void wait_base::ended(const spawned& block) noexcept {
  --left_;
  if (left_ == 0 || what_ == return_when::first_completed ||
      (what_ == return_when::first_exception && block.ended() == spawned::how::error)) {
    stop_watching();
    wake();
  }
}

void wait_base::stop_watching() noexcept {
  for (watcher& each : watchers_) each.end();
}

void wait_base::watcher::begin(wait_base& owner, spawned& block) noexcept {
  owner_ = &owner;
  block_ = &block;
  block.add(*this);
}

void wait_base::watcher::end() noexcept {
  if (block_ != nullptr) std::exchange(block_, nullptr)->remove(*this);
}

void wait_base::watcher::task_gone() noexcept { owner_->ended(*std::exchange(block_, nullptr)); }

}  // namespace eddy::detail
