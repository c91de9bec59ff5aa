// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace eddy::detail {

/// Bytes that were read and not yet asked for. What has been consumed stays where it is until
/// `room` is called: views of it live as long.
class read_buffer {
 public:
  read_buffer() = default;
  read_buffer(read_buffer&& other) noexcept
      : storage_(std::move(other.storage_)),
        capacity_(std::exchange(other.capacity_, 0)),
        begin_(std::exchange(other.begin_, 0)),
        end_(std::exchange(other.end_, 0)) {}
  read_buffer& operator=(read_buffer&& other) noexcept {
    storage_ = std::move(other.storage_);
    capacity_ = std::exchange(other.capacity_, 0);
    begin_ = std::exchange(other.begin_, 0);
    end_ = std::exchange(other.end_, 0);
    return *this;
  }

  [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
  [[nodiscard]] const std::byte* data() const noexcept { return storage_.get() + begin_; }
  [[nodiscard]] std::string_view text() const noexcept {
    return {reinterpret_cast<const char*>(data()), size()};
  }

  /// Requires: `count <= size()`.
  void consume(std::size_t count) noexcept { begin_ += count; }
  /// As many bytes as both have. Copies them there and consumes them.
  std::size_t move_to(std::span<std::byte> into) noexcept;

  /// Where to read to, if `wanted` bytes are wanted in all; never empty.
  [[nodiscard]] std::span<std::byte> room(std::size_t wanted);
  void filled(std::size_t count) noexcept { end_ += count; }

 private:
  static constexpr std::size_t usual_capacity = 64 << 10;

  void resize(std::size_t capacity);

  std::unique_ptr<std::byte[]> storage_;  // none until the first read
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace eddy::detail
