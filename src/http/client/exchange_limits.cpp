// SPDX-License-Identifier: MIT
#include <http/client/exchange_limits.hpp>

#include <fmt/format.h>

#include <eddy/core/loop.hpp>

namespace eddy::http::detail {
exchange_limits::exchange_limits(duration connect, duration idle_read, duration total)
    : connect_(connect),
      idle_read_(idle_read),
      total_(total),
      end_(eddy::detail::add_saturating(loop::current()->now(), total)) {}

exchange_limits::allowance exchange_limits::now(which limit) const {
  const duration left = end_ - loop::current()->now();
  const duration span = length(limit);
  if (limit == which::total || left < span) return {.span = left, .limit = which::total};
  return {.span = span, .limit = limit};
}

void exchange_limits::throw_expired(which limit, std::string_view request) const {
  const duration span = length(limit);
  const double seconds = std::chrono::duration<double>(span).count();
  switch (limit) {
    case which::connect:
      throw request_timeout(
          span, limit,
          fmt::format("{}: not connected within {:g} s (connect_timeout)", request, seconds));
    case which::idle_read:
      throw request_timeout(
          span, limit,
          fmt::format("{}: nothing moved for {:g} s (idle_read_timeout)", request, seconds));
    case which::total:
      break;
  }
  throw request_timeout(
      span, limit, fmt::format("{}: not complete within {:g} s (total_timeout)", request, seconds));
}

void exchange_limits::throw_expired(std::string_view request) const {
  throw_expired(loop::current()->now() < end_ ? which::idle_read : which::total, request);
}

duration exchange_limits::length(which limit) const noexcept {
  switch (limit) {
    case which::connect:
      return connect_;
    case which::idle_read:
      return idle_read_;
    case which::total:
      break;
  }
  return total_;
}

}  // namespace eddy::http::detail
