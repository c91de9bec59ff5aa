// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include <eddy/core/task.hpp>
#include <eddy/http/server.hpp>

namespace eddy::http {

/// Answers whether the program can do its work: 200 and `ok`; 503 and the reason where `check`
/// throws, or takes longer than `limit`, or while the server sees its connections off.
///
/// Example: `server.route("GET", "/healthz", http::health([&] { return database.ping(); }))`
[[nodiscard]] handler health(std::function<task<>()> check = {},
                             duration limit = std::chrono::seconds(2));

}  // namespace eddy::http
