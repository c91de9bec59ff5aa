// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string_view>

#include <eddy/core/task.hpp>
#include <eddy/http/incoming_body.hpp>
#include <eddy/http/parser.hpp>
#include <eddy/http/server.hpp>
#include <http/server/client_input.hpp>
#include <http/server/client_output.hpp>
#include <http/server/patience.hpp>

namespace eddy::http::detail {

/// The body of the request that is being served: read when the handler asks for it, and what the
/// handler leaves is thrown away.
///
/// Lifetime: outlives the sources that it makes.
class request_body {
 public:
  request_body(request_parser& parser, client_input& input, client_output& output,
               const server_options& options) noexcept;

  /// A request begins. Requires: its head is complete.
  void begin(const request_head& head);

  /// How the handler reads it; none if there is nothing to read.
  [[nodiscard]] std::unique_ptr<body_source> make_source();

  /// What reading it failed with, if it did: a `protocol_error`, or a `timeout_error` where nothing
  /// more came in time.
  [[nodiscard]] const std::exception_ptr& failure() const noexcept { return failure_; }

  /// The final answer goes out; one that is made piece by piece may still read. Gives whether
  /// another request can follow it, as far as can be said.
  [[nodiscard]] bool answered(bool may_be_read);

  /// Throws away what was not read. False: that is too much, or not to be had.
  [[nodiscard]] task<bool> discard();

 private:
  class source;

  [[nodiscard]] task<std::optional<std::string_view>> next();
  [[nodiscard]] task<> wait_for_more();
  [[nodiscard]] task<> say_continue();

  request_parser& parser_;
  client_input& input_;
  client_output& output_;
  const server_options& options_;
  patience limit_;
  std::uint64_t max_size_ = 0;
  bool begun_ = false;     // to be read
  bool expected_ = false;  // the client sends it when it is told to
  std::exception_ptr failure_;
};

}  // namespace eddy::http::detail
