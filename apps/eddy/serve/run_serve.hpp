// SPDX-License-Identifier: MIT
#pragma once

#include "serve/serve_job.hpp"

namespace eddy::app {

/// Serves until SIGINT or SIGTERM, and then for as long as the server's drain time lets requests go
/// on that have begun. The first line on stdout is the URL; the access log goes to stderr.
///
/// Errors: throws `usage_error` for what cannot be served as asked.
[[nodiscard]] int run_serve(const serve_job& job);

}  // namespace eddy::app
