// SPDX-License-Identifier: MIT
#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/http/websocket.hpp>
#include <http/message/text.hpp>
#include <http/websocket/extensions.hpp>
#include <http/websocket/handshake.hpp>
#include <http/websocket/session.hpp>

namespace eddy::http::websocket {
namespace {

using http::detail::equal_ignoring_case;

server_reply refuse(int status, std::string why) {
  return server_reply::text(status, "websocket: " + std::move(why) + "\n");
}

// What is wrong with a handshake; nothing if nothing is.
std::optional<server_reply> refuse_handshake(const request_head& head) {
  const headers& fields = head.headers;
  if (!fields.has_token("Upgrade", "websocket") || !fields.has_token("Connection", "upgrade")) {
    server_reply reply = refuse(426, "this is for WebSocket connections");
    reply.headers.add("Upgrade", "websocket");
    reply.headers.add("Connection", "Upgrade");
    return reply;
  }
  if (head.method != "GET" || head.version != http_version::v1_1) {
    return refuse(400, "a handshake is a GET of HTTP/1.1");
  }
  const auto versions = fields.get_all("Sec-WebSocket-Version");
  if (versions.size() != 1 || versions.front() != "13") {
    server_reply reply = refuse(426, "the version spoken here is 13");
    reply.headers.add("Sec-WebSocket-Version", "13");
    return reply;
  }
  const auto keys = fields.get_all("Sec-WebSocket-Key");
  if (keys.size() != 1 || !detail::is_key(keys.front())) {
    return refuse(400, "Sec-WebSocket-Key is not 16 bytes in base64");
  }
  return std::nullopt;
}

// Any page can make a browser connect, with the user's cookies: so a server must look where from.
bool may_connect(const headers& fields, const std::vector<std::string>& allowed) {
  const auto origins = fields.get_all("Origin");
  if (origins.empty()) return true;
  if (origins.size() > 1) return false;
  const std::string_view origin = origins.front();
  const auto names_it = [&](std::string_view known) {
    return known == "*" || equal_ignoring_case(known, origin);
  };
  if (std::ranges::any_of(allowed, names_it)) return true;
  const auto host = origin.find("://");
  return host != origin.npos &&
         equal_ignoring_case(origin.substr(host + 3), fields.get("Host").value_or(""));
}

task<> call(const handler& serve, connection& c, detail::session& session) {
  close_reason reason;
  try {
    co_await serve(c);
  } catch (const connection_closed&) {
    // There is nobody to tell.
  } catch (const std::exception& error) {
    eddy::detail::report(fmt::format("{}: {}", session.setup().label, error.what()));
    reason.code = close_code::internal_error;
  } catch (...) {
    eddy::detail::report(fmt::format("{}: unknown exception", session.setup().label));
    reason.code = close_code::internal_error;
  }
  session.program_ended();
  session.begin_close(std::move(reason));
}

task<> close_when_stopping(event& stopping, detail::session& session) {
  co_await stopping.wait();
  session.begin_close({.code = close_code::going_away});
}

task<> speak(http::detail::upgraded_connection on, handler serve, detail::session_setup setup) {
  const auto session =
      std::make_shared<detail::session>(std::move(on.wire), on.received, std::move(setup));
  connection c = detail::session::open(session);
  co_await with_task_group([&](task_group& group) -> task<> {
    auto serving = group.create_task({.name = "websocket handler"}, call, std::cref(serve),
                                     std::ref(c), std::ref(*session));
    std::optional<task_handle<>> watching;
    if (on.stopping != nullptr) {
      watching = group.create_task(close_when_stopping, std::ref(*on.stopping), std::ref(*session));
    }
    co_await session->run();
    if (watching) watching->cancel();
    if (!co_await session->noticed()) serving.cancel();
  });
}

}  // namespace

server_reply accept(const server_request& request, handler serve, accept_options options) {
  const headers& fields = request.head.headers;
  if (auto refused = refuse_handshake(request.head)) return std::move(*refused);
  if (!may_connect(fields, options.origins)) {
    return refuse(403, "pages of this origin may not connect");
  }
  server_reply reply{.status = 101};
  detail::session_setup setup{
      .us = detail::role::server,
      .label = fmt::format("websocket {} from {}", request.head.target, request.peer.to_string()),
      .options = options.connection};
  reply.headers.add("Upgrade", "websocket");
  reply.headers.add("Connection", "Upgrade");
  reply.headers.add("Sec-WebSocket-Accept",
                    detail::answer_to_key(*fields.get("Sec-WebSocket-Key")));
  try {
    if (options.connection.compress) setup.deflate = detail::choose_deflate(fields);
  } catch (const std::invalid_argument& error) {
    return refuse(400, error.what());
  }
  if (setup.deflate) {
    reply.headers.add("Sec-WebSocket-Extensions", detail::deflate_answer(*setup.deflate));
  }
  if (auto chosen = detail::choose_subprotocol(options.subprotocols, fields)) {
    reply.headers.add("Sec-WebSocket-Protocol", *chosen);
    setup.subprotocol = std::move(*chosen);
  }
  reply.upgrade = [serve = std::move(serve),
                   setup = std::move(setup)](http::detail::upgraded_connection on) {
    return speak(std::move(on), serve, setup);
  };
  return reply;
}

}  // namespace eddy::http::websocket
