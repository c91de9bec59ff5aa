// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>

#include <eddy/http/access_record.hpp>

namespace eddy::http {

/// The record as a line of the Combined Log Format, which log tools read, without a line end:
/// `10.0.0.7 - - [06/Nov/1994:08:49:37 +0000] "GET / HTTP/1.1" 200 12 "-" "curl/7.88"`. A request
/// that was not answered has the status 499. What a client says cannot break the line.
///
/// Example: `{.on_request = [](auto& r) { fmt::print(stderr, "{}\n", http::access_log_line(r)); }}`
[[nodiscard]] std::string access_log_line(
    const access_record& record,
    std::chrono::system_clock::time_point now = std::chrono::system_clock::now());

}  // namespace eddy::http
