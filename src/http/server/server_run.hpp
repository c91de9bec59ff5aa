// SPDX-License-Identifier: MIT
#pragma once

#include <list>
#include <optional>

#include <eddy/core/task_group.hpp>
#include <eddy/io/detail/drain.hpp>
#include <eddy/io/tcp.hpp>
#include <http/server/server_connection.hpp>

namespace eddy::http::detail {

/// One `server::serve`: accepts connections, and when it is cancelled sees them off.
class server_run {
 public:
  server_run(server_core& core, tcp::listener listener) noexcept
      : core_(core), listener_(std::move(listener)) {}
  [[nodiscard]] task<> run();

 private:
  struct entry {
    explicit entry(const event& stopping) : state(stopping) {}
    connection_state state;
    std::optional<task_handle<>> task;
  };
  class registration;

  [[nodiscard]] task<> accept(task_group& connections);
  void stopped();
  [[nodiscard]] task<> serve_connection(tcp::socket socket, registration place);

  server_core& core_;
  tcp::listener listener_;
  event stopping_;
  eddy::detail::drain drain_;
  std::list<entry> entries_;
};

}  // namespace eddy::http::detail
