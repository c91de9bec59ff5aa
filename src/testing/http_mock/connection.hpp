// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/loop.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/http/parser.hpp>

#include "core.hpp"
#include "message.hpp"

namespace eddy::testing {

/// One client of an `http_mock`: reads its requests and gives it the answers that the script says.
template <class Stream>
class mock_connection {
 public:
  mock_connection(mock_core& core, Stream stream)
      : core_(core), stream_(std::move(stream)), number_(core.connections++) {}

  [[nodiscard]] task<> run() {
    try {
      while (co_await receive()) {
        const mock_request& request = core_.requests.back();
        const mock_reply& reply = core_.script.next(request.head.method, request.head.target);
        if (!co_await answer(reply, request.head)) co_return;
        parser_.reset();
      }
      if (!refusal_.empty()) co_await stream_.write_all(refusal_);
    } catch (const io_error&) {
      // The client has gone, as it may.
    }
  }

 private:
  // False: no further request comes, or it was none.
  task<bool> receive() {
    mock_request request{.connection = number_};
    try {
      if (!co_await feed([&](auto& input) { return parser_.parse_head(input); })) co_return false;
      request.head = std::move(parser_.head());
      if (waits_for_continue(request.head) && !parser_.done() && input_.empty()) {
        co_await stream_.write_all(std::string_view("HTTP/1.1 100 Continue\r\n\r\n"));
      }
      const bool complete = co_await feed([&](auto& input) {
        request.body += parser_.parse_body(input);
        return parser_.done();
      });
      if (!complete) co_return false;
    } catch (const http::protocol_error& error) {
      core_.violations.emplace_back(error.what());
      refusal_ = refusal(error);
      co_return false;
    }
    request.arrived = loop::current()->now();
    core_.requests.push_back(std::move(request));
    co_return true;
  }

  // Until `parse` is satisfied; false: the client closed before.
  template <class Parse>
  task<bool> feed(Parse parse) {
    for (;;) {
      std::string_view left = input_;
      std::size_t before = 0;
      bool satisfied = false;
      do {
        before = left.size();
        satisfied = parse(left);
      } while (!satisfied && left.size() < before);
      input_.erase(0, input_.size() - left.size());
      if (satisfied) co_return true;
      std::array<char, 4096> piece;
      const std::size_t count = co_await stream_.read_some(piece);
      if (count == 0) co_return false;
      input_.append(piece.data(), count);
    }
  }

  // False: the connection is over.
  task<bool> answer(const mock_reply& reply, const http::request_head& request) {
    if (reply.delay > duration::zero()) co_await sleep(reply.delay);
    const bool chunked = !reply.bare && reply.headers.contains("Transfer-Encoding");
    const bool keep_alive = parser_.keep_alive() && !closes(reply);
    std::string out = reply.bare ? std::string() : reply_head(reply, keep_alive);
    std::string_view left = reply.body;
    if (!reply.bare && has_no_body(reply.status, request.method)) left = {};
    left = left.substr(0, reply.fault_after);
    while (!left.empty()) {
      const std::string_view piece = left.substr(0, reply.piece == 0 ? left.npos : reply.piece);
      left.remove_prefix(piece.size());
      chunked ? append_chunk(out, piece) : void(out += piece);
      if (left.empty()) break;
      co_await stream_.write_all(std::exchange(out, {}));
      co_await sleep(reply.pause);
    }
    if (chunked && reply.fault == mock_fault::none) append_chunk(out, {});
    if (!out.empty()) co_await stream_.write_all(out);
    co_return co_await fail(reply.fault) && keep_alive;
  }

  // True: nothing went wrong.
  task<bool> fail(mock_fault fault) {
    if (fault == mock_fault::reset) lowest(stream_).reset();
    if (fault == mock_fault::stall) {
      std::array<char, 4096> ignored;
      while (co_await stream_.read_some(ignored) != 0) continue;
    }
    co_return fault == mock_fault::none;
  }

  static auto& lowest(Stream& stream) {
    if constexpr (requires { stream.next_layer(); }) {
      return stream.next_layer();
    } else {
      return stream;
    }
  }

  mock_core& core_;
  Stream stream_;
  std::size_t number_;
  http::request_parser parser_;
  std::string input_;
  std::string refusal_;
};

}  // namespace eddy::testing
