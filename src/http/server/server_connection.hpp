// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <eddy/core/task.hpp>
#include <eddy/http/parser.hpp>
#include <http/server/client_input.hpp>
#include <http/server/client_output.hpp>
#include <http/server/request_body.hpp>
#include <http/server/server_core.hpp>
#include <http/wire.hpp>

namespace eddy::http::detail {

/// What the accepting side and a connection tell each other.
struct connection_state {
  event& stopping;    ///< the server sees its connections off
  bool idle = false;  ///< waits for a request of which nothing has come yet
};

/// Serves one client: reads its requests and answers them in order.
class server_connection {
 public:
  /// Lifetime: `core` and `state` outlive it.
  server_connection(server_core& core, std::unique_ptr<wire> client, const endpoint& peer,
                    connection_state& state);

  /// Errors: none of the client's making.
  [[nodiscard]] task<> run();

 private:
  enum class next : unsigned char {
    request,
    goodbye,   // nothing more is to be read
    farewell,  // the client may still be sending, and is to read the answer all the same
    nothing,   // the client is gone, or to be cut off
  };

  [[nodiscard]] task<next> serve_request();
  [[nodiscard]] bool head_is_here();
  [[nodiscard]] task<std::optional<next>> receive_head();
  [[nodiscard]] task<receipt> wait_for_head();
  [[nodiscard]] task<receipt> wait_for_request();
  [[nodiscard]] std::string_view type_of_body();
  void begin_request(server_request& request);

  [[nodiscard]] task<server_reply> call_handler(server_request& request);
  [[nodiscard]] static server_reply failed();
  [[nodiscard]] server_reply reply_to_failure(const server_request& request,
                                              const std::exception_ptr& failure) const;

  [[nodiscard]] task<next> send(server_request& request, server_reply reply, access_record& record);
  void append_head(const server_request& request, server_reply& reply, bool keep);
  [[nodiscard]] task<bool> send_body(server_request& request, server_reply& reply,
                                     access_record& record);
  [[nodiscard]] task<bool> send_stream(const server_request& request, server_reply& reply,
                                       access_record& record);
  [[nodiscard]] task<next> hand_over(server_reply& reply, access_record& record);
  [[nodiscard]] task<> read_ahead();
  void report(const server_request& request, std::string_view why) const;

  [[nodiscard]] task<next> refuse(int status, std::string_view why);
  [[nodiscard]] task<> leave(next how);

  server_core& core_;
  std::unique_ptr<wire> wire_;
  endpoint peer_;
  connection_state& state_;
  request_parser parser_;
  client_input input_;
  client_output output_;
  request_body body_;
  bool first_ = true;
};

}  // namespace eddy::http::detail
