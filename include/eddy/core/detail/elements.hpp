// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <ranges>
#include <type_traits>
#include <utility>

#include <eddy/core/detail/as_task.hpp>

namespace eddy::detail {

/// A range, and not one of the works themselves.
template <class Range>
concept works_range = std::ranges::input_range<Range> && !awaitable<Range>;

/// What is awaited of each element: as `*it` gives it, moved where the range itself was moved in.
template <class Range>
using element_t = std::conditional_t<
    std::is_lvalue_reference_v<Range> || std::ranges::view<std::remove_cvref_t<Range>>,
    std::ranges::range_reference_t<Range>, std::ranges::range_rvalue_reference_t<Range>>;

/// Misuse gets one line that names the fix; what is false here stops the compiler from adding to
/// it.
template <class Range>
consteval bool check_elements() {
  using element = element_t<Range>;
  if constexpr (!awaitable<element>) {
    static_assert(awaitable<element>,
                  "the elements of this range cannot be awaited: make a task of each, as in "
                  "urls | std::views::transform(fetch), or pass a range of handles");
    return false;
  } else if constexpr (any_task<element>) {
    static_assert(!std::is_reference_v<element>,
                  "a range of tasks must make each when it is asked for it, as in urls | "
                  "std::views::transform(fetch); to keep them, start them with "
                  "eddy::create_task(fetch, url) and pass the handles");
    return !std::is_reference_v<element>;
  } else {
    constexpr bool movable =
        std::constructible_from<std::remove_cvref_t<element>, element>;  // the frame owns it
    static_assert(movable,
                  "an operation cannot be an element of a range: make a task of each that awaits "
                  "it");
    return movable;
  }
}

/// Awaits an element that is not a task. It is copied or moved in: a range may make it on the fly.
template <class Element>
task<await_value_t<Element>> run_element(std::remove_cvref_t<Element> element) {
  co_return co_await static_cast<Element&&>(element);
}

/// The frame that runs the element at `it`.
template <class Element, class Iterator>
frame_ptr element_frame(const Iterator& it) {
  if constexpr (any_task<Element>) {
    return frame_ptr(&Element(*it).release());
  } else {
    return frame_ptr(&run_element<Element>(static_cast<Element>(*it)).release());
  }
}

}  // namespace eddy::detail
