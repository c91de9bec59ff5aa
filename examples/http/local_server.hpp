// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>

#include <eddy/core/task_group.hpp>
#include <eddy/http/server.hpp>

/// Serves on a free port of this machine while `body(origin)` runs: `http://127.0.0.1:40123`.
template <class Body>
eddy::task<> while_serving(eddy::http::server& server, Body body) {
  auto listener = eddy::tcp::listen({eddy::ip_address::loopback_v4(), 0});
  const std::string origin = "http://" + listener.local_endpoint().to_string();
  co_await eddy::with_task_group([&](eddy::task_group& group) -> eddy::task<> {
    auto serving = group.create_task(&eddy::http::server::serve, &server, std::move(listener));
    co_await body(origin);
    serving.cancel();
  });
}
