// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <eddy/http/server.hpp>
#include <http/server/router.hpp>

namespace eddy::http::detail {

/// The text of a Date field, made once a second.
class date_clock {
 public:
  [[nodiscard]] const std::string& text();

 private:
  std::chrono::sys_seconds second_{};
  std::string text_;
};

/// What all connections of a server share.
struct server_core {
  explicit server_core(server_options o) : options(std::move(o)) {}

  /// What the handler makes that is routed to, with the middlewares before it from the `from`th on.
  /// Lifetime: this and `request` outlive the task.
  [[nodiscard]] task<server_reply> answer(server_request& request, std::size_t from = 0) {
    return from == middlewares.size() ? router.answer(request) : call_middleware(request, from);
  }
  [[nodiscard]] task<server_reply> call_middleware(server_request& request, std::size_t index);

  server_options options;
  detail::router router = {};
  std::vector<middleware> middlewares = {};  // the outermost first
  date_clock date = {};
  std::size_t connections = 0;
  std::size_t requests = 0;
};

/// One more in a count for as long as it lives.
class counted {
 public:
  explicit counted(std::size_t& count) noexcept : count_(count) { ++count_; }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  ~counted() { --count_; }

 private:
  std::size_t& count_;
};

}  // namespace eddy::http::detail
