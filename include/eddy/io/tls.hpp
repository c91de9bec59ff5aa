// SPDX-License-Identifier: MIT
#pragma once

// IWYU pragma: begin_exports
#include <eddy/io/tls/context.hpp>
#include <eddy/io/tls/error.hpp>
#include <eddy/io/tls/stream.hpp>
// IWYU pragma: end_exports
