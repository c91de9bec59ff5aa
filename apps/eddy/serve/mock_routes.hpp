// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <eddy/http/server.hpp>

namespace eddy::app {

/// Makes the server answer as a file says: `[{"path": "/p/{id}", "json": {"id": 7}}, …]`, where a
/// route has a `path` and, of these, what it needs: `method` (GET), `status` (200), `headers`, a
/// `body` of text or a `json` one, and a `delay` such as `"200ms"`.
///
/// Errors: throws `usage_error` that names the file, the route and what is wrong with it.
void install_mock_routes(http::server& server, const std::string& file);

}  // namespace eddy::app
