// SPDX-License-Identifier: MIT
#include <eddy/core/detail/pool_map.hpp>

#include <algorithm>

namespace eddy::detail {

bool pool_map_base::suspend(frame& owner) {
  if (items_ == 0) return pass(owner);
  // Several chunks a thread even out items that take long, and cost little.
  constexpr std::size_t chunks_a_thread = 16;
  const auto threads = static_cast<std::size_t>(pool_.most_threads());
  chunk_ = std::max<std::size_t>(1, items_ / (threads * chunks_a_thread));
  share_count_ = std::min(threads, items_);
  shares_ = std::make_unique<share[]>(share_count_);
  if (!park(owner)) return true;
  home_ = owner.home;
  context_ = owner.record->context;
  working_.store(share_count_, std::memory_order_relaxed);
  for (std::size_t i = 0; i < share_count_; ++i) {
    shares_[i].map = this;
    if (i == 0) {
      submit_or_unpark(pool_, shares_[i], owner);
    } else {
      pool_.submit(shares_[i]);  // there is a thread by now
    }
  }
  return true;
}

void pool_map_base::work() noexcept {
  {
    const thread_context_scope in(context_);
    while (take_items()) {
    }
  }
  leave(1);
}

bool pool_map_base::take_items() noexcept {
  const std::size_t first = next_.fetch_add(chunk_, std::memory_order_relaxed);
  if (first >= items_) return false;
  const std::size_t end = std::min(first + chunk_, items_);
  for (std::size_t i = first; i < end; ++i) {
    if (stop_.load(std::memory_order_relaxed)) {
      cut_short_.store(true, std::memory_order_relaxed);
      return false;
    }
    try {
      call(i);
    } catch (...) {
      if (!failed_.exchange(true)) error_ = std::current_exception();
      stop_.store(true, std::memory_order_relaxed);
      return false;
    }
  }
  return true;
}

void pool_map_base::leave(std::size_t shares) noexcept {
  // Releases what we wrote, and the last takes in what all wrote.
  if (working_.fetch_sub(shares, std::memory_order_acq_rel) == shares) home_->post(*this);
}

void pool_map_base::arrive() noexcept {
  home_->remote_arrived();
  const bool all = next_.load(std::memory_order_relaxed) >= items_ &&
                   !cut_short_.load(std::memory_order_relaxed);
  if (all || error_ != nullptr) {
    wake();
  } else {
    give_up();
  }
}

void pool_map_base::cancel(frame&, bool) noexcept {
  stop_.store(true, std::memory_order_relaxed);
  std::size_t withdrawn = 0;
  for (std::size_t i = 0; i < share_count_; ++i) {
    if (pool_.withdraw(shares_[i])) ++withdrawn;
  }
  if (withdrawn > 0) leave(withdrawn);
}

}  // namespace eddy::detail
