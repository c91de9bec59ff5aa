// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <eddy/core/task.hpp>
#include <eddy/core/time.hpp>

#include "dns_message.hpp"

namespace eddy::detail {

/// Whom to ask and how long to wait for them.
struct dns_servers {
  std::vector<std::string> list;  // `10.0.0.1:53`, `[::1]:53`
  int timeout_ms = 5000;
  int tries = 4;
};

/// Asks one question and waits for what comes of it; an answer cut short is asked for again by TCP.
/// `name` is whole: nothing is added to it.
///
/// Errors: throws `io_error` where descriptors or memory have run out; all that the servers do or
/// fail to do is in the answer.
/// Cancellation: at once.
[[nodiscard]] task<dns_answer> ask_dns(dns_servers servers, std::string name, dns_type type);

}  // namespace eddy::detail
