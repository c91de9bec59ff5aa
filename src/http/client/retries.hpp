// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <exception>
#include <optional>

#include <eddy/core/time.hpp>
#include <eddy/flow/retry.hpp>
#include <eddy/http/response.hpp>
#include <eddy/http/retry_options.hpp>

namespace eddy::http::detail {

/// How many retries a client's requests have earned.
class retry_budget {
 public:
  explicit retry_budget(double each) noexcept : each_(each) {}

  void earn() noexcept;
  [[nodiscard]] bool spend() noexcept;

 private:
  static constexpr double most = 10;

  double each_;
  double saved_ = most;
};

/// What one request may still try again.
class retries {
 public:
  /// `idempotent`: whether the request may be carried out twice.
  retries(const retry_options& options, retry_budget& budget, int most, bool idempotent);

  /// The pause before another attempt; nothing where this answer is the result. `left` is what
  /// the request has of its time.
  [[nodiscard]] std::optional<duration> after(const response& answer, duration left);

  /// The same for a failure.
  [[nodiscard]] std::optional<duration> after(const std::exception_ptr& failure, duration left);

 private:
  [[nodiscard]] std::optional<duration> another(duration asked, duration left);

  const retry_options& options_;
  retry_budget& budget_;
  std::size_t left_;
  bool idempotent_;
  eddy::detail::failures failures_;
};

}  // namespace eddy::http::detail
