// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <eddy/core/task.hpp>
#include <eddy/http/client_error.hpp>
#include <eddy/http/decoder.hpp>
#include <eddy/http/incoming_body.hpp>
#include <eddy/http/parser.hpp>
#include <http/client/connection_pool.hpp>
#include <http/client/exchange_limits.hpp>
#include <http/client/quiet_watch.hpp>
#include <http/client/upload.hpp>

namespace eddy::http::detail {

/// One request and its answer, on a connection that it gives back when the answer was read.
class client_exchange final : public body_source {
 public:
  struct description {
    std::string label;  // `GET http://a.test/`
    std::string method;
    exchange_limits limits;
    parse_limits parsing;
    std::size_t max_body;
  };

  /// Requires: the lease is connected.
  client_exchange(connection_pool::lease lease, description what);
  client_exchange(const client_exchange&) = delete;
  client_exchange& operator=(const client_exchange&) = delete;
  ~client_exchange() override;

  enum class sent : unsigned char { answered, closed_unanswered };

  /// How a request goes out.
  struct manner {
    /// The connection is an old one, which the server may have closed before the request came.
    bool may_be_stale = false;
    /// The server is asked (`Expect: 100-continue`) before the body is sent.
    bool asks_first = false;
  };

  /// Sends the request and waits for the head of the answer. An answer that comes before the body
  /// was sent ends that, unless it is a 2xx: what is left is then sent all the same.
  ///
  /// Errors: as `client::request`; that the server has closed the connection before a byte of the
  /// answer is one only if it may not be stale, or the body cannot be sent again.
  /// Lifetime: `body` lives until it has ended.
  [[nodiscard]] task<sent> run(std::string head, http::body& body, manner how);

  /// Takes another connection for the next `run`.
  void reconnect(std::unique_ptr<wire> stream);

  /// Requires: the request was answered.
  [[nodiscard]] response_head& head() noexcept { return head_; }
  /// Whether any of the request's body was asked for, unless it is a text.
  [[nodiscard]] bool body_opened() const noexcept { return body_opened_; }
  /// Its length where that is known and the body is not coded.
  [[nodiscard]] std::optional<std::uint64_t> size() const noexcept override { return size_; }

  /// The next piece of the decoded body; nothing at its end.
  [[nodiscard]] task<std::optional<std::string_view>> next() override;

 private:
  /// Under a time limit. `failure` is what it ends with, so that no limit of the body's own is
  /// taken for ours.
  [[nodiscard]] task<> exchange(timeout_scope& scope, std::string_view head, http::body& body,
                                bool asks_first, std::exception_ptr& failure);
  [[nodiscard]] task<> send_head(std::string_view head);
  [[nodiscard]] task<bool> is_refused();
  [[nodiscard]] task<> upload_and_receive(http::body& body);
  [[nodiscard]] task<> send_beside(upload& sending);
  [[nodiscard]] task<> receive_beside(upload& sending);
  [[nodiscard]] task<> receive_head();
  [[nodiscard]] bool parse_head();
  [[nodiscard]] task<bool> receive_until_go_ahead();
  [[nodiscard]] task<bool> receive();
  void begin_body();
  [[nodiscard]] bool take_coded_piece();
  void release();
  [[nodiscard]] response_parser& parser() noexcept { return *lease_->connection().parser; }
  [[nodiscard]] std::string how_lost(const std::exception_ptr& failure) const;
  [[nodiscard]] client_error failure_from(const protocol_error& error) const;
  [[nodiscard]] client_error lost_connection(std::string_view why) const;

  std::optional<connection_pool::lease> lease_;  // until the answer was read
  description what_;
  response_head head_;
  std::optional<std::uint64_t> size_;
  std::optional<decoder> decoder_;
  std::string_view coded_;  // a part of the lease's input
  std::exception_ptr failure_;
  std::optional<quiet_watch> watch_;  // until the head of the answer is there
  bool body_opened_ = false;
  bool body_cut_ = false;  // the server has not seen all of it
  std::string lost_;       // how writing failed
};

}  // namespace eddy::http::detail
