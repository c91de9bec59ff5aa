// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <exception>
#include <optional>
#include <ranges>
#include <utility>
#include <vector>

#include <eddy/core/detail/concurrent.hpp>
#include <eddy/core/detail/elements.hpp>
#include <eddy/core/outcome.hpp>

namespace eddy::detail {

/// Takes the elements of `View` one by one, as there is room for them to run.
///
/// A branch is freed as soon as it has ended, so what it takes to run a million works is their
/// values and `limit` frames.
template <class Element, class View, bool Settle>
class gather_range_awaiter final : public range_join {
  using value = await_value_t<Element>;
  using item = std::conditional_t<Settle, outcome<value>, stored<value>>;

 public:
  gather_range_awaiter(View&& view, std::size_t limit)
      : range_join(Settle ? mode::settle : mode::all, limit), view_(std::move(view)) {}

  [[nodiscard]] bool await_ready() {
    at_.emplace(std::ranges::begin(view_));
    if constexpr (std::ranges::sized_range<View>) items_.reserve(std::ranges::size(view_));
    return *at_ == std::ranges::end(view_);
  }
  bool suspend(frame& owner) noexcept { return begin_range(owner); }
  std::vector<item> await_resume() {
    if (error_ != nullptr) std::rethrow_exception(error_);
    std::vector<item> all;
    all.reserve(items_.size());
    for (std::optional<item>& one : items_) all.push_back(std::move(*one));
    return all;
  }

 private:
  using branch_type = branch<value, range_branch_base>;

  bool add_next() override {
    items_.emplace_back();
    add(*new branch_type(element_frame<Element>(*at_)));
    return ++*at_ != std::ranges::end(view_);
  }
  void collect(range_branch_base& ended) noexcept override {
    result<value>& got = static_cast<branch_type&>(ended).get();
    try {
      if constexpr (Settle) {
        if (got.has_value() || got.has_error()) items_[ended.index()] = take_outcome(got);
      } else {
        if (got.has_value()) items_[ended.index()].emplace(std::move(got.value()));
      }
    } catch (...) {  // moving a value threw
      failed(ended.index(), std::current_exception());
    }
  }
  [[nodiscard]] const char* describe() const noexcept override { return "gather"; }

  View view_;
  std::optional<std::ranges::iterator_t<View>> at_;
  std::vector<std::optional<item>> items_;  // in the order of the range
};

template <class Element, class View, bool Settle>
inline constexpr bool only_as_prvalue<gather_range_awaiter<Element, View, Settle>> = true;

}  // namespace eddy::detail
