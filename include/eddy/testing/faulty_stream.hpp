// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <span>
#include <string_view>
#include <utility>

#include <eddy/core/error.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task.hpp>
#include <eddy/io/byte_stream.hpp>
#include <eddy/io/detail/io_awaiter.hpp>

namespace eddy::testing {

/// What a `faulty_stream` does to whoever uses it; nothing by itself.
struct fault_options {
  /// A read gives so many bytes at most, and a write writes so many at a time.
  std::size_t most_at_once = std::numeric_limits<std::size_t>::max();
  /// Passes before each read and each piece of a write.
  duration delay{};
  /// The stream ends after so many bytes were read, as if the other end had been killed.
  std::optional<std::size_t> cut_after = {};
  /// Throws `io_error` "Connection reset by peer" after so many bytes were read, and for a write
  /// after as many were written.
  std::optional<std::size_t> fail_after = {};
  /// With one, sizes and delays are drawn from up to those above, each seed in its own way.
  std::optional<std::uint64_t> seed = {};
};

/// Does to a stream what a bad day does to a connection: small pieces, delays, cuts, resets.
///
/// `faulty_stream in(std::move(end), {.most_at_once = 1});`
/// Cancellation: as the stream's own; a cancelled delay has read and written nothing.
template <byte_stream S>
class faulty_stream {
 public:
  explicit faulty_stream(S stream, const fault_options& faults = {})
      : stream_(std::move(stream)), faults_(faults), chance_(faults.seed.value_or(0)) {}

  [[nodiscard]] task<std::size_t> read_some(std::span<std::byte> into) {
    const eddy::detail::slot_guard reading(reader_, "faulty stream read");
    co_await pause();
    if (read_ == faults_.cut_after && !into.empty()) co_return 0;
    const std::size_t before_cut = faults_.cut_after.value_or(unlimited) - read_;
    const std::size_t most = std::min(before_fault(read_), before_cut);
    const std::size_t got = co_await stream_.read_some(into.first(piece(into.size(), most)));
    read_ += got;
    co_return got;
  }

  [[nodiscard]] task<> write_all(std::span<const std::byte> bytes) {
    const eddy::detail::slot_guard writing(writer_, "faulty stream write");
    while (!bytes.empty()) {
      co_await pause();
      const std::size_t count = piece(bytes.size(), before_fault(written_));
      co_await stream_.write_all(bytes.first(count));
      written_ += count;
      bytes = bytes.subspan(count);
    }
  }
  [[nodiscard]] task<> write_all(std::string_view bytes) {
    return write_all(std::as_bytes(std::span(bytes)));
  }

  [[nodiscard]] task<> shutdown() {
    const eddy::detail::slot_guard writing(writer_, "faulty stream shutdown");
    co_await stream_.shutdown();
  }

  /// The stream itself.
  [[nodiscard]] S& next_layer() noexcept { return stream_; }

 private:
  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

  [[nodiscard]] task<> pause() {
    if (faults_.delay > duration::zero()) {
      co_await sleep(duration(drawn<duration::rep>(1, faults_.delay.count())));
    }
  }
  std::size_t before_fault(std::size_t done) const {
    if (done == faults_.fail_after) throw io_error(ECONNRESET, "use a faulty stream");
    return faults_.fail_after.value_or(unlimited) - done;
  }
  std::size_t piece(std::size_t size, std::size_t most) {
    if (size <= 1) return std::min(size, most);
    return std::min(drawn<std::size_t>(1, std::min(size, faults_.most_at_once)), most);
  }
  /// From 1 up to `most` if there is a seed; `most` itself if not.
  template <class Number>
  Number drawn(Number least, Number most) {
    if (!faults_.seed) return most;
    return std::uniform_int_distribution<Number>(least, most)(chance_);
  }

  S stream_;
  eddy::detail::io_slot reader_;
  eddy::detail::io_slot writer_;
  fault_options faults_;
  std::mt19937_64 chance_;
  std::size_t read_ = 0;
  std::size_t written_ = 0;
};

}  // namespace eddy::testing
