// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>
#include <utility>

#include <eddy/flow/stream/async_iterable.hpp>

namespace eddy::detail {

/// A stream that somebody else owns.
template <class Stream>
class borrowed_stream {
 public:
  explicit borrowed_stream(Stream& stream) noexcept : stream_(&stream) {}
  [[nodiscard]] next_awaitable_t<Stream> next() { return stream_->next(); }

 private:
  Stream* stream_;
};

/// What a stage holds of its source: a stream that has a name is referred to, any other is owned.
template <class Stream>
using held_stream = std::conditional_t<std::is_lvalue_reference_v<Stream>,
                                       borrowed_stream<std::remove_reference_t<Stream>>,
                                       std::remove_cvref_t<Stream>>;

template <class Stream>
held_stream<Stream> hold(Stream&& stream) {
  return held_stream<Stream>(static_cast<Stream&&>(stream));
}

template <class Stream>
consteval void check_stream() {
  static_assert(
      async_iterable<Stream>,
      "the left side of | is not a stream: it needs a next() that awaits to something like "
      "an optional. For a container write eddy::from(container) | ...");
}

/// The right side of a `|`: `make(source)` gives the next stage, or the task that consumes.
template <class Make>
class pipe {
 public:
  explicit pipe(Make make) : make_(std::move(make)) {}

  template <class Stream>
  friend auto operator|(Stream&& source, pipe stage) {
    check_stream<Stream>();
    return std::move(stage.make_)(hold(static_cast<Stream&&>(source)));
  }

 private:
  Make make_;
};

}  // namespace eddy::detail
