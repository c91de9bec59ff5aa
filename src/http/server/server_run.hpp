// SPDX-License-Identifier: MIT
#pragma once

#include <eddy/core/task.hpp>
#include <eddy/http/server.hpp>
#include <http/server/server_core.hpp>

namespace eddy::http::detail {

/// One `server::serve`: accepts connections, and when it is cancelled sees them off.
///
/// Lifetime: `core` and `where` outlive it.
[[nodiscard]] task<> serve_from(server_core& core, tcp::listener& where);
[[nodiscard]] task<> serve_from(server_core& core, unix_socket::listener& where);

}  // namespace eddy::http::detail
