// SPDX-License-Identifier: MIT
#include <eddy/http/health.hpp>

#include <exception>
#include <string>
#include <utility>

#include <eddy/core/wait_for.hpp>

namespace eddy::http {

handler health(std::function<task<>()> check, duration limit) {
  return [check = std::move(check), limit](server_request&) -> task<server_reply> {
    std::string trouble;
    try {
      if (check && !co_await wait_for_optional(check(), limit)) trouble = "no answer in time";
    } catch (const std::exception& error) {
      trouble = error.what();
    }
    server_reply reply =
        trouble.empty() ? server_reply::text(200, "ok\n") : server_reply::text(503, trouble + "\n");
    reply.headers.set("Cache-Control", "no-store");
    co_return reply;
  };
}

}  // namespace eddy::http
