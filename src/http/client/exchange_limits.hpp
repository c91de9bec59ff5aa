// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/core/error.hpp>
#include <eddy/core/time.hpp>

namespace eddy::http::detail {

/// The time limits of a request, redirects included: how long each wait may last.
class exchange_limits {
 public:
  enum class which : std::uint8_t { connect, idle_read, total };
  /// How long a wait may last, and which limit says so.
  struct allowance {
    duration span;
    which limit;
  };

  /// `total` counts from now.
  exchange_limits(duration connect, duration idle_read, duration total);

  /// For one wait that begins now.
  [[nodiscard]] allowance now(which limit) const;

  /// Errors: always throws a `request_timeout` that says so of `request`: `GET http://a.test/`.
  [[noreturn]] void throw_expired(which limit, std::string_view request) const;
  /// The same where nothing has moved, or the end of all was reached.
  [[noreturn]] void throw_expired(std::string_view request) const;

 private:
  [[nodiscard]] duration length(which limit) const noexcept;

  duration connect_;
  duration idle_read_;
  duration total_;
  time_point end_;
};

/// A limit of a request has expired.
class request_timeout final : public timeout_error {
 public:
  request_timeout(duration limit, exchange_limits::which which, std::string what)
      : timeout_error(limit), which_(which), what_(std::move(what)) {}

  [[nodiscard]] exchange_limits::which which() const noexcept { return which_; }
  [[nodiscard]] const char* what() const noexcept override { return what_.c_str(); }

 private:
  exchange_limits::which which_;
  std::string what_;
};

}  // namespace eddy::http::detail
