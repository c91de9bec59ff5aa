// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
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

  /// Sends the request and waits for the head of the answer.
  ///
  /// Errors: as `client::request`; that the server has closed the connection before a byte of the
  /// answer is one only if `may_be_stale` is not set.
  [[nodiscard]] task<sent> run(std::string_view head, std::string_view body, bool may_be_stale);

  /// Takes another connection for the next `run`.
  void reconnect(tcp::socket socket);

  /// Requires: the request was answered.
  [[nodiscard]] response_head& head() noexcept { return parser_.head(); }
  /// Its length where that is known and the body is not coded.
  [[nodiscard]] std::optional<std::uint64_t> size() const noexcept override;

  /// The next piece of the decoded body; nothing at its end.
  [[nodiscard]] task<std::optional<std::string_view>> next() override;

 private:
  [[nodiscard]] task<> write(std::string_view bytes);
  [[nodiscard]] task<> receive_head();
  [[nodiscard]] task<bool> receive();
  void begin_body();
  [[nodiscard]] task<bool> next_coded_piece();
  void release();
  [[nodiscard]] client_error failure_from(const protocol_error& error) const;
  [[nodiscard]] client_error lost_connection(std::string_view why) const;

  std::optional<connection_pool::lease> lease_;  // until the answer was read
  description what_;
  response_parser parser_;
  content_coding coding_ = content_coding::identity;
  std::optional<decoder> decoder_;
  std::string_view coded_;  // a part of the lease's input
  std::exception_ptr failure_;
};

}  // namespace eddy::http::detail
