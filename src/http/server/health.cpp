// SPDX-License-Identifier: MIT
#include <eddy/http/health.hpp>

#include <exception>
#include <string>
#include <utility>

#include <eddy/core/wait_for.hpp>
#include <eddy/flow/event.hpp>

namespace eddy::http {
namespace {

// Empty: none.
task<std::string> trouble_with(const std::function<task<>()>& check, duration limit) {
  try {
    if (!co_await wait_for_optional(check(), limit)) co_return "no answer in time";
    co_return "";
  } catch (const std::exception& error) {
    co_return error.what();
  }
}

}  // namespace

handler health(std::function<task<>()> check, duration limit) {
  return [check = std::move(check), limit](server_request& request) -> task<server_reply> {
    std::string trouble;
    if (request.stopping != nullptr && request.stopping->is_set()) {
      trouble = "the server stops";
    } else if (check) {
      trouble = co_await trouble_with(check, limit);
    }
    server_reply reply =
        trouble.empty() ? server_reply::text(200, "ok\n") : server_reply::text(503, trouble + "\n");
    reply.headers.set("Cache-Control", "no-store");
    co_return reply;
  };
}

}  // namespace eddy::http
