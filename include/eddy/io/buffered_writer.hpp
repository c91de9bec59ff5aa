// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <eddy/core/task.hpp>
#include <eddy/io/byte_stream.hpp>
#include <eddy/io/detail/cancel_point.hpp>
#include <eddy/io/detail/io_awaiter.hpp>
#include <eddy/io/detail/often_ready.hpp>
#include <eddy/io/write_all.hpp>

namespace eddy {

namespace detail {
[[noreturn]] void throw_half_written();
}

/// Collects small writes and passes them on as large ones: when there are 64 KiB of them, and when
/// `flush` asks for it. What is not flushed when it goes is lost.
///
/// `buffered_writer out(socket)` writes to `socket`, which must live as long;
/// `buffered_writer out(std::move(socket))` owns it.
///
/// One task writes at a time; a second one gets `std::logic_error`. Errors: those of the stream.
/// After one, or after a write that was cancelled half-way, nobody knows what was sent: everything
/// but closing the stream throws `std::logic_error`.
/// Lifetime: neither destroyed nor moved while an operation is in flight.
template <class W>
  requires byte_writer<std::remove_reference_t<W>>
class buffered_writer {
  class writing;

 public:
  explicit buffered_writer(W&& sink) noexcept(std::is_nothrow_move_constructible_v<W>)
      : sink_(static_cast<W&&>(sink)) {}

  /// Adds `bytes` to what is buffered, however much that is, and never waits: asyncio's `write`, to
  /// be followed by a `flush`.
  void write(std::span<const std::byte> bytes) {
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  }
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }

  /// Adds `bytes` where there is room; waits until the stream has taken them where not.
  [[nodiscard]] writing write_all(std::span<const std::byte> bytes) noexcept {
    return writing(*this, bytes);
  }
  [[nodiscard]] writing write_all(std::string_view text) noexcept {
    return write_all(std::as_bytes(std::span(text)));
  }

  /// Waits until the stream has taken everything.
  [[nodiscard]] task<> flush() {
    const detail::slot_guard writing(slot_, "buffered write");
    co_await send({});
  }

  /// Flushes, and ends the stream in this direction.
  [[nodiscard]] task<> shutdown() {
    const detail::slot_guard writing(slot_, "buffered write");
    co_await send({});
    co_await sink_.shutdown();
  }

 private:
  static constexpr std::size_t capacity = 64 << 10;

  // Sent from a buffer of its own: a write() meanwhile may move the other one.
  task<> send(std::span<const std::byte> behind) {
    if (half_written_) detail::throw_half_written();
    if (buffer_.empty() && behind.empty()) co_return;
    co_await detail::cancel_point();
    half_written_ = true;
    std::swap(buffer_, sending_);
    const std::array<std::span<const std::byte>, 2> pieces{sending_, behind};
    co_await eddy::write_all(sink_, pieces);
    sending_.clear();
    half_written_ = false;
  }
  task<> send_with(std::span<const std::byte> bytes) {
    const detail::slot_guard writing(slot_, "buffered write");
    co_await send(bytes);
  }

  W sink_;
  std::vector<std::byte> buffer_;
  std::vector<std::byte> sending_;
  bool half_written_ = false;
  detail::io_slot slot_;
};

template <class W>
buffered_writer(W&&) -> buffered_writer<W>;

template <class W>
  requires byte_writer<std::remove_reference_t<W>>
class buffered_writer<W>::writing final : public detail::often_ready {
 public:
  writing(buffered_writer& to, std::span<const std::byte> bytes) noexcept
      : to_(to), bytes_(bytes) {}

  [[nodiscard]] bool await_ready() {
    if (to_.slot_.taken() || to_.half_written_) return false;
    if (to_.buffer_.size() + bytes_.size() > capacity) return false;
    to_.write(bytes_);
    return true;
  }
  [[nodiscard]] task<> wait() { return to_.send_with(bytes_); }
  void await_resume() { finish_waiting(); }

 private:
  [[nodiscard]] const char* describe() const noexcept override { return "buffered write"; }

  buffered_writer& to_;
  std::span<const std::byte> bytes_;
};

}  // namespace eddy
