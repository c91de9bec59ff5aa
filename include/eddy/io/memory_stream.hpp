// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include <eddy/core/detail/leaf.hpp>
#include <eddy/core/task.hpp>
#include <eddy/io/detail/io_awaiter.hpp>

namespace eddy {

namespace detail {
class memory_pipe;
}

/// One end of a connection inside the process: what is written at one end is read at the other.
///
/// Both ends belong to one loop. Destroying an end is like closing a socket: the other reads what
/// was written, then the end, and its writes fail with `io_error`.
/// Lifetime: neither destroyed nor moved while an operation is in flight.
class memory_stream {
 public:
  class reading;
  class writing;

  static constexpr std::size_t default_capacity = 64 << 10;

  /// Two connected ends. Each direction holds `capacity` bytes; then a write waits for a read.
  [[nodiscard]] static std::pair<memory_stream, memory_stream> pair(
      std::size_t capacity = default_capacity);
  memory_stream(memory_stream&&) noexcept;
  memory_stream& operator=(memory_stream&&) noexcept;
  ~memory_stream();

  /// Waits for bytes and puts them at the start of `into`; gives their number, at least 1; 0 at the
  /// end of the stream, and for an empty span.
  /// Errors: throws `io_error` after a reset, `std::logic_error` while another task reads.
  [[nodiscard]] reading read_some(std::span<std::byte> into) noexcept;
  [[nodiscard]] reading read_some(std::span<char> into) noexcept;

  /// Waits until the pipe has taken all of `bytes`.
  /// Errors: throws `io_error` once the direction has ended or the other end is gone,
  /// `std::logic_error` while another task writes.
  /// Cancellation: an unknown part may have been written; none if the cancel was there before.
  [[nodiscard]] writing write_all(std::span<const std::byte> bytes) noexcept;
  [[nodiscard]] writing write_all(std::string_view bytes) noexcept;

  /// Ends the stream in this direction; never waits.
  [[nodiscard]] task<> shutdown();

  /// Ends both directions and drops what has not been read: the other end's operations fail with
  /// "Connection reset by peer".
  /// Errors: throws `std::logic_error` while an operation is in flight at this end.
  void reset();

 private:
  using pipe = std::shared_ptr<detail::memory_pipe>;
  memory_stream(pipe in, pipe out) noexcept : in_(std::move(in)), out_(std::move(out)) {}
  void let_go() noexcept;

  pipe in_;
  pipe out_;
  detail::io_slot reader_;
  detail::io_slot writer_;
};

class memory_stream::reading final : public detail::leaf {
 public:
  bool suspend(detail::frame& owner);
  std::size_t await_resume();

 private:
  friend class memory_stream;
  friend class detail::memory_pipe;
  reading(memory_stream& from, void* into, std::size_t size) noexcept
      : from_(from), into_(static_cast<std::byte*>(into), size) {}
  void cancel(detail::frame& owner, bool hard) noexcept override;
  [[nodiscard]] const char* describe() const noexcept override { return "memory stream read"; }

  memory_stream& from_;
  std::span<std::byte> into_;
  std::size_t got_ = 0;
  int error_ = 0;
};

class memory_stream::writing final : public detail::leaf {
 public:
  bool suspend(detail::frame& owner);
  void await_resume();

 private:
  friend class memory_stream;
  friend class detail::memory_pipe;
  writing(memory_stream& to, const void* bytes, std::size_t size) noexcept
      : to_(to), left_(static_cast<const std::byte*>(bytes), size) {}
  void cancel(detail::frame& owner, bool hard) noexcept override;
  [[nodiscard]] const char* describe() const noexcept override { return "memory stream write"; }

  memory_stream& to_;
  std::span<const std::byte> left_;
  int error_ = 0;
};

}  // namespace eddy
