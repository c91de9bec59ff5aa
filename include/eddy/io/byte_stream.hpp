// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>

#include <eddy/core/detail/as_task.hpp>

namespace eddy {

namespace detail {

template <class Awaitable, class T>
concept awaits_to = awaitable<Awaitable> && std::same_as<await_value_t<Awaitable>, T>;

}  // namespace detail

/// Bytes come out of it: `co_await r.read_some(into)` waits for some, puts them at the start of
/// `into` and gives their number; 0 at the end, and for an empty span.
///
/// Cancellation of a read loses nothing: bytes that had come are delivered, or stay for the next
/// one. One task reads at a time; a second one gets `std::logic_error`.
template <class R>
concept byte_reader = requires(R& r, std::span<std::byte> into) {
  { r.read_some(into) } -> detail::awaits_to<std::size_t>;
};

/// Bytes go into it: `co_await w.write_all(bytes)` waits until it has taken all of them,
/// `co_await w.shutdown()` ends the direction: whoever reads there gets what was written, then the
/// end.
///
/// Cancellation of a write leaves an unknown part of it written; cancelled before it began, none.
/// One task writes at a time; a second one gets `std::logic_error`.
template <class W>
concept byte_writer = requires(W& w, std::span<const std::byte> bytes) {
  { w.write_all(bytes) } -> detail::awaits_to<void>;
  { w.shutdown() } -> detail::awaits_to<void>;
};

/// Both directions, each of its own: one task may read while another writes, and one may end while
/// the other goes on. `eddy::testing::register_stream_suite` checks that a class keeps all this.
template <class S>
concept byte_stream = byte_reader<S> && byte_writer<S>;

}  // namespace eddy
