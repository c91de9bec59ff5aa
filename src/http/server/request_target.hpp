// SPDX-License-Identifier: MIT
#pragma once

#include <eddy/http/server_message.hpp>

namespace eddy::http::detail {

/// Fills in the path and the query from the target. If that is a whole URL, its host is the one
/// that was asked for, whatever the Host field says (RFC 9112 section 3.2.2).
void read_target(server_request& request);

}  // namespace eddy::http::detail
