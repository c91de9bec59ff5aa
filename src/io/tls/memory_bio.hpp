// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "openssl.hpp"

namespace eddy::detail {

/// What came and was not looked at yet, and what is to be sent: OpenSSL's view of a connection.
///
/// Its own memory BIOs would copy what comes once more, and would move what is being sent.
class memory_buffers {
 public:
  void feed(std::span<const std::byte> bytes) noexcept {
    input_ = bytes;
    ended_ = bytes.empty();
  }
  [[nodiscard]] std::span<const std::byte> take_output() noexcept {
    sending_.clear();
    std::swap(output_, sending_);
    return sending_;
  }
  /// What was taken is not needed any more.
  void forget_taken() noexcept {
    constexpr std::size_t most_kept = 4 << 10;
    if (sending_.capacity() > most_kept) sending_ = std::vector<std::byte>();
  }
  [[nodiscard]] std::size_t unsent() const noexcept { return output_.size(); }

  /// 0 if there is none.
  std::size_t read(std::span<std::byte> into) noexcept;
  void write(std::span<const std::byte> bytes) {
    output_.insert(output_.end(), bytes.begin(), bytes.end());
  }
  [[nodiscard]] bool ended() const noexcept { return ended_ && input_.empty(); }

 private:
  std::span<const std::byte> input_;
  bool ended_ = false;
  std::vector<std::byte> output_;
  std::vector<std::byte> sending_;  // a reader may add to the output while a writer sends
};

/// Lifetime: `buffers` outlives it.
[[nodiscard]] bio_ptr make_memory_bio(memory_buffers& buffers);

}  // namespace eddy::detail
