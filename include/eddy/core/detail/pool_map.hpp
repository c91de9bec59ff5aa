// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

#include <eddy/core/detail/context.hpp>
#include <eddy/core/detail/job_pool.hpp>
#include <eddy/core/detail/leaf.hpp>
#include <eddy/core/detail/queues.hpp>
#include <eddy/core/detail/result.hpp>

namespace eddy::detail {

/// Many small calls on all threads of a pool: one job a thread, and each takes the next few items
/// until none are left.
class pool_map_base : public leaf, private remote_work {
 public:
  bool suspend(frame& owner);

 protected:
  pool_map_base(job_pool& pool, std::size_t items) noexcept : pool_(pool), items_(items) {}
  ~pool_map_base() = default;

  /// Thread safety: called for different items on several threads at once.
  virtual void call(std::size_t item) = 0;
  void rethrow() const {
    if (error_ != nullptr) std::rethrow_exception(error_);
  }

 private:
  struct share final : pool_job {
    void run() noexcept override { map->work(); }
    pool_map_base* map = nullptr;
  };

  void work() noexcept;
  bool take_items() noexcept;
  void leave(std::size_t shares) noexcept;
  void arrive() noexcept override;
  void cancel(frame&, bool) noexcept override;
  [[nodiscard]] const char* describe() const noexcept override { return "a pool of threads"; }

  job_pool& pool_;
  const std::size_t items_;
  std::size_t share_count_ = 0;
  std::size_t chunk_ = 1;
  std::unique_ptr<share[]> shares_;
  loop* home_ = nullptr;
  context_ref context_;

  // Shared by the workers. What they write is read after the last has left, which orders it.
  std::atomic<std::size_t> next_{0};
  std::atomic<std::size_t> working_{0};  // shares not yet left
  std::atomic<bool> stop_{false};
  std::atomic<bool> cut_short_{false};  // an item was left out
  std::atomic<bool> failed_{false};
  std::exception_ptr error_;  // by whoever set failed_
};

template <class Range, class F>
class pool_map final : public pool_map_base {
 public:
  using value = std::invoke_result_t<const F&, std::ranges::range_reference_t<Range>>;

  explicit pool_map(job_pool& pool, Range&& items, F&& f)
      : pool_map_base(pool, std::ranges::size(items)),
        items_(static_cast<Range&&>(items)),
        f_(std::move(f)) {
    if constexpr (!std::is_void_v<value>) results_.resize(std::ranges::size(items_));
  }

  auto await_resume() {
    rethrow();
    if constexpr (!std::is_void_v<value>) {
      std::vector<stored<value>> all;
      all.reserve(results_.size());
      for (auto& result : results_) all.push_back(std::move(*result));
      return all;
    }
  }

 private:
  void call(std::size_t item) override {
    auto&& from =
        std::ranges::begin(items_)[static_cast<std::ranges::range_difference_t<Range>>(item)];
    if constexpr (std::is_void_v<value>) {
      std::invoke(std::as_const(f_), static_cast<decltype(from)>(from));
    } else {
      results_[item].emplace(std::invoke(std::as_const(f_), static_cast<decltype(from)>(from)));
    }
  }

  Range items_;  // a reference, if the range has a name
  F f_;
  std::vector<std::optional<stored<value>>> results_;
};

template <class Range, class F>
inline constexpr bool only_as_prvalue<pool_map<Range, F>> = true;

}  // namespace eddy::detail
