// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string_view>

namespace eddy {

/// The stream ended where more was asked for. What came is still in the buffer.
class incomplete_read : public std::runtime_error {
 public:
  incomplete_read(std::string_view wanted, std::size_t received);
  /// How many bytes came, and wait in the buffer for another read.
  [[nodiscard]] std::size_t received() const noexcept { return received_; }

 private:
  std::size_t received_;
};

/// More came than the limit allows. All of it is still in the buffer, for a read with another
/// limit, or for `read_some`.
class limit_exceeded : public std::runtime_error {
 public:
  limit_exceeded(std::string_view wanted, std::size_t limit);
  [[nodiscard]] std::size_t limit() const noexcept { return limit_; }

 private:
  std::size_t limit_;
};

}  // namespace eddy
