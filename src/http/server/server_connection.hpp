// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include <eddy/core/task.hpp>
#include <eddy/http/parser.hpp>
#include <eddy/io/tcp.hpp>
#include <http/input_buffer.hpp>
#include <http/server/server_core.hpp>

namespace eddy::http::detail {

/// What the accepting side and a connection tell each other.
struct connection_state {
  bool idle = false;  ///< waits for a request of which nothing has come yet
  bool last = false;  ///< to be closed after the request being served
};

/// Serves one client: reads its requests and answers them in order.
class server_connection {
 public:
  /// Lifetime: `core` and `state` outlive it.
  server_connection(server_core& core, tcp::socket socket, connection_state& state);

  /// Errors: none of the client's making.
  [[nodiscard]] task<> run();

 private:
  enum class receipt : unsigned char { bytes, end, too_late };

  [[nodiscard]] task<bool> receive_request(server_request& request);
  [[nodiscard]] task<bool> receive_head();
  [[nodiscard]] task<bool> receive_body(std::string& body);
  [[nodiscard]] task<receipt> receive(duration limit);
  [[nodiscard]] bool parse_head();

  [[nodiscard]] task<std::optional<server_reply>> answer(server_request& request);
  [[nodiscard]] task<server_reply> call_handler(server_request& request);
  [[nodiscard]] task<server_reply> answer_through(server_request& request, std::size_t index);
  [[nodiscard]] task<server_reply> call_middleware(server_request& request, std::size_t index);
  [[nodiscard]] task<> until_client_leaves();

  [[nodiscard]] task<bool> send(const server_request& request, server_reply reply);
  [[nodiscard]] task<bool> write(std::string_view bytes);
  [[nodiscard]] task<> refuse(int status, std::string why);

  server_core& core_;
  tcp::socket socket_;
  connection_state& state_;
  request_parser parser_;
  input_buffer input_;
  std::string output_;
  bool first_ = true;
};

}  // namespace eddy::http::detail
