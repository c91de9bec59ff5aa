// SPDX-License-Identifier: MIT
#include <eddy/core/detail/mailbox.hpp>

#include <utility>

#include <eddy/core/loop.hpp>

namespace eddy::detail {

bool mailbox::post(letter& l) noexcept {
  const std::lock_guard lock(mutex_);
  if (home_ == nullptr || l.where_ == letter::where::retired) return false;
  if (l.where_ == letter::where::waiting) return true;
  l.where_ = letter::where::waiting;
  letters_.push_back(l);
  ++waiting_;
  ring();
  return true;
}

bool mailbox::withdraw(letter& l) noexcept {
  const std::lock_guard lock(mutex_);
  if (l.where_ != letter::where::waiting) return false;
  l.where_ = letter::where::outside;
  letters_.erase(l);
  --waiting_;
  return true;
}

void mailbox::retire(letter& l) noexcept {
  const std::lock_guard lock(mutex_);
  if (std::exchange(l.where_, letter::where::retired) != letter::where::waiting) return;
  letters_.erase(l);
  --waiting_;
}

bool mailbox::belongs_to(const loop& l) noexcept {
  const std::lock_guard lock(mutex_);
  return home_ == &l;
}

std::shared_ptr<mailbox> mailbox::share(const std::shared_ptr<mailbox>& box) {
  if (auto shared = box->shared_.lock()) return shared;
  // A count of its own beside the loop's share; the last of these to go tells the loop. `shared_`
  // keeps the deleter, so that must not keep the box any longer.
  std::shared_ptr<mailbox> shared(box.get(), [keep = box](mailbox* b) mutable {
    const std::shared_ptr<mailbox> last = std::move(keep);
    const std::lock_guard lock(b->mutex_);
    b->ring();
  });
  box->shared_ = shared;
  if (!std::exchange(box->door_open_, true)) box->home_->open_door();
  return shared;
}

void mailbox::close() noexcept {
  {
    const std::lock_guard lock(mutex_);
    home_ = nullptr;
  }
  while (letter* l = take()) l->returned();
}

void mailbox::ring() noexcept {
  // The mutex is held: the loop cannot end, it would have to close us first.
  if (home_ != nullptr && !std::exchange(rung_, true)) home_->post(*this);
}

void mailbox::arrive() noexcept {
  std::size_t due = 0;
  {
    const std::lock_guard lock(mutex_);
    rung_ = false;
    due = waiting_;
  }
  loop& home = *home_;
  if (door_open_ && shared_.expired()) {
    door_open_ = false;
    home.shut_door();
  }
  // No more than were there: what comes meanwhile has rung again, and others get their turn.
  while (due-- > 0) {
    letter* l = take();
    if (l == nullptr) return;
    l->deliver(home);
  }
}

letter* mailbox::take() noexcept {
  const std::lock_guard lock(mutex_);
  letter* oldest = letters_.pop_front();
  if (oldest != nullptr) {
    oldest->where_ = letter::where::outside;
    --waiting_;
  }
  return oldest;
}

}  // namespace eddy::detail
