// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <unordered_map>
#include <utility>

#include <eddy/core/create_task.hpp>
#include <eddy/flow/rate_limiter.hpp>

namespace eddy {

/// A `rate_limiter` for each key: each host, each tenant has a bucket of its own, made when the key
/// is first asked for. Callers of one key pass in arrival order; keys do not disturb each other.
///
/// A bucket that is full again and has no waiters is no different from a new one, and is dropped.
/// That leaves 16 buckets, or twice as many as there are keys in use: asked for within the last
/// `burst * per / count`, or waited for.
/// Lifetime: must outlive its waiters.
template <class Key, class Hash = std::hash<Key>>
class keyed_rate_limiter {
 public:
  class acquiring;

  /// Errors: throws `std::invalid_argument` unless count and per are positive.
  keyed_rate_limiter(std::size_t count, duration per, rate_limiter_options options = {})
      : count_(count), per_(per), options_(options) {
    (void)rate_limiter(count, per, options);  // refused now, and not at the first key
  }
  keyed_rate_limiter(const keyed_rate_limiter&) = delete;
  keyed_rate_limiter& operator=(const keyed_rate_limiter&) = delete;

  /// Waits for the caller's turn at `key`.
  /// Cancellation: safe; an abandoned wait takes no token.
  [[nodiscard("co_await it")]] acquiring acquire(Key key) { return {*this, std::move(key)}; }

  /// Passes only if there is a token for `key` now and nobody waits for one.
  [[nodiscard]] bool try_acquire(Key key) {
    const time_point now = detail::require_loop("keyed_rate_limiter::try_acquire").now();
    return bucket(std::move(key), now).try_acquire();
  }

  /// How many keys have a bucket now.
  [[nodiscard]] std::size_t size() const noexcept { return buckets_.size(); }

 private:
  static constexpr std::size_t always_kept = 16;

  rate_limiter& bucket(Key&& key, time_point now) {
    if (const auto known = buckets_.find(key); known != buckets_.end()) return known->second;
    if (buckets_.size() >= sweep_at_) {
      // Each sweep leaves room for as many new keys as it has looked at: constant cost a key.
      std::erase_if(buckets_, [now](const auto& entry) { return entry.second.idle(now); });
      buckets_.rehash(0);
      sweep_at_ = std::max(always_kept, 2 * buckets_.size());
    }
    return buckets_.try_emplace(std::move(key), count_, per_, options_).first->second;
  }

  std::size_t count_;
  duration per_;
  rate_limiter_options options_;
  std::size_t sweep_at_ = always_kept;
  std::unordered_map<Key, rate_limiter, Hash> buckets_;
};

template <class Key, class Hash>
class keyed_rate_limiter<Key, Hash>::acquiring final : public rate_limiter::acquiring {
 public:
  acquiring(keyed_rate_limiter& of, Key&& key) : of_(of), key_(std::move(key)) {}
  bool suspend(detail::frame& owner) {
    // Only here: a bucket found earlier may have been dropped until somebody awaits this.
    limiter_ = &of_.bucket(std::move(key_), owner.home->now());
    return rate_limiter::acquiring::suspend(owner);
  }

 private:
  keyed_rate_limiter& of_;
  Key key_;
};

}  // namespace eddy
