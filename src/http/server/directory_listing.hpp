// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <eddy/core/task.hpp>
#include <eddy/http/server_message.hpp>

namespace eddy::http::detail {

/// A page of links to what is in `folder`; `shown_as` is its heading, percent-encoded.
///
/// Errors: throws `io_error` if it cannot be read.
[[nodiscard]] task<server_reply> list_directory(std::string folder, std::string shown_as,
                                                bool hidden_files);

}  // namespace eddy::http::detail
