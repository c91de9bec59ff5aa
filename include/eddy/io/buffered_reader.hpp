// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <eddy/core/task.hpp>
#include <eddy/io/byte_stream.hpp>
#include <eddy/io/detail/io_awaiter.hpp>
#include <eddy/io/detail/often_ready.hpp>
#include <eddy/io/detail/read_buffer.hpp>
#include <eddy/io/detail/takers.hpp>

namespace eddy {

namespace detail {
template <class Reader, class Taker>
class pieces;
}

/// Reads a stream in large pieces and gives them out in the ones asked for: lines, so many bytes,
/// all up to a separator.
///
/// `buffered_reader in(socket)` reads from `socket`, which must live as long;
/// `buffered_reader in(std::move(socket))` owns it. What is buffered is lost to whoever reads the
/// stream itself.
///
/// Whatever is buffered is given without suspending. One task reads at a time; a second one gets
/// `std::logic_error`. Errors: those of the stream, and those of each verb below; they leave what
/// came in the buffer, so another read may go on.
/// Cancellation: safe; what came stays in the buffer.
/// Lifetime: neither destroyed nor moved while a read is in flight.
template <class R>
  requires byte_reader<std::remove_reference_t<R>>
class buffered_reader {
  template <class Taker>
  class taking;

 public:
  /// The longest line, or text up to a separator, if nothing else is said.
  static constexpr std::size_t usual_limit = 64 << 10;

  explicit buffered_reader(R&& source) noexcept(std::is_nothrow_move_constructible_v<R>)
      : source_(static_cast<R&&>(source)) {}

  /// Up to `into.size()` bytes, at least 1; 0 at the end of the stream.
  [[nodiscard]] task<std::size_t> read_some(std::span<std::byte> into) {
    const detail::slot_guard reading(slot_, "buffered read");
    if (buffer_.size() > 0 || into.empty()) co_return buffer_.move_to(into);
    co_return co_await source_.read_some(into);
  }

  /// Fills `into`. Errors: throws `incomplete_read` if the stream ends before.
  [[nodiscard]] auto read_exactly(std::span<std::byte> into) noexcept {
    return taking<detail::take_exactly>(*this, into);
  }
  [[nodiscard]] auto read_exactly(std::span<char> into) noexcept {
    return read_exactly(std::as_writable_bytes(into));
  }

  /// The next line, without the "\n" or "\r\n" that ends it; the last one needs none. Nothing at
  /// the end of the stream. Errors: throws `limit_exceeded` if it is longer than `limit`.
  [[nodiscard]] auto read_line(std::size_t limit = usual_limit) noexcept {
    return taking<detail::take_own_line>(*this, limit);
  }

  /// All up to the next `separator`, that included; up to the one that ends first, if there are
  /// several. Nothing at the end of the stream. Errors: throws `incomplete_read` if the stream ends
  /// without one, `limit_exceeded` if none ends within `limit` bytes.
  [[nodiscard]] auto read_until(std::string_view separator,
                                std::size_t limit = usual_limit) noexcept {
    return taking<detail::take_until>(*this, separator, limit);
  }
  [[nodiscard]] auto read_until(std::initializer_list<std::string_view> separators,
                                std::size_t limit = usual_limit) noexcept {
    return taking<detail::take_until>(
        *this, std::span<const std::string_view>(separators.begin(), separators.size()), limit);
  }

  /// All up to the end of the stream. Errors: throws `limit_exceeded` if that is more than `limit`.
  [[nodiscard]] auto read_all(std::size_t limit) noexcept {
    return taking<detail::take_all>(*this, limit);
  }

  /// The lines as a stream: `EDDY_FOR (std::string_view line, in.lines())`. A line lives until the
  /// next read; copy it to keep it. Otherwise as `read_line`.
  /// Lifetime: the reader's, which `buffered_reader(x).lines()` moves in.
  [[nodiscard]] auto lines(std::size_t limit = usual_limit) & noexcept {
    return detail::pieces<buffered_reader&, detail::take_line>(*this, limit);
  }
  [[nodiscard]] auto lines(std::size_t limit = usual_limit) && noexcept {
    return detail::pieces<buffered_reader, detail::take_line>(std::move(*this), limit);
  }

  /// What comes, in pieces as large as it comes, as a stream of spans, each of which lives until
  /// the next read.
  /// Lifetime: as `lines`.
  [[nodiscard]] auto chunks() & noexcept {
    return detail::pieces<buffered_reader&, detail::take_chunk>(*this);
  }
  [[nodiscard]] auto chunks() && noexcept {
    return detail::pieces<buffered_reader, detail::take_chunk>(std::move(*this));
  }

  // For parsers: look at what there is, ask for more of it, say what is done with.

  /// What was read and not consumed; valid until the next read.
  [[nodiscard]] std::span<const std::byte> buffered() const noexcept {
    return {buffer_.data(), buffer_.size()};
  }
  /// Reads more behind what is buffered. False at the end of the stream.
  [[nodiscard]] auto fill() noexcept { return taking<detail::take_none>(*this, buffer_.size()); }
  /// Drops the first `count` bytes of what is buffered. Requires: there are as many.
  void consume(std::size_t count) noexcept { buffer_.consume(count); }

 private:
  template <class Reader, class Taker>
  friend class detail::pieces;

  template <class Taker>
  task<> fill_until_taken(Taker& taker) {
    const detail::slot_guard reading(slot_, "buffered read");
    for (bool ended = false; !taker.take(buffer_, ended);) {
      const std::size_t count = co_await source_.read_some(buffer_.room(taker.wanted()));
      buffer_.filled(count);
      ended = count == 0;
    }
  }

  R source_;
  detail::read_buffer buffer_;
  detail::io_slot slot_;
};

template <class R>
buffered_reader(R&&) -> buffered_reader<R>;

/// Awaits what a taker wants of the buffer.
template <class R>
  requires byte_reader<std::remove_reference_t<R>>
template <class Taker>
class buffered_reader<R>::taking final : public detail::often_ready {
 public:
  template <class... Args>
  explicit taking(buffered_reader& from, Args... args) noexcept : from_(from), taker_(args...) {}

  // No turn is given to others here: how much is buffered bounds how often this can be.
  [[nodiscard]] bool await_ready() {
    return !from_.slot_.taken() && taker_.take(from_.buffer_, false);
  }
  [[nodiscard]] task<> wait() { return from_.fill_until_taken(taker_); }
  auto await_resume() {
    finish_waiting();
    return taker_.result();
  }

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "buffered read"; }

  buffered_reader& from_;
  Taker taker_;
};

namespace detail {

/// Lines or chunks of a stream, one at a time.
template <class Reader, class Taker>
class pieces {
 public:
  template <class... Args>
  explicit pieces(Reader&& reader, Args... args) noexcept
      : reader_(static_cast<Reader&&>(reader)), taker_(args...) {}

  [[nodiscard("co_await it")]] auto next() noexcept {
    return typename std::remove_reference_t<Reader>::template taking<Taker>(reader_, taker_);
  }

 private:
  Reader reader_;
  Taker taker_;  // fresh, to be copied
};

}  // namespace detail

}  // namespace eddy
