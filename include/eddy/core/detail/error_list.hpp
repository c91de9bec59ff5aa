// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <vector>

namespace eddy::detail {

/// Errors of several works, in the order they came. Adding one cannot fail: where memory is short
/// the first is kept and later ones are dropped.
class error_list {
 public:
  void add(std::exception_ptr error) noexcept;
  [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
  /// Throws the one there is as it is, and more than one as `error_group`. Requires: not empty.
  [[noreturn]] void rethrow() const;

 private:
  std::exception_ptr first_;
  std::vector<std::exception_ptr> more_;
};

}  // namespace eddy::detail
