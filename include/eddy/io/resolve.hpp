// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/core/task.hpp>
#include <eddy/io/ip_address.hpp>

namespace eddy {

/// A host name has no address, or could not be looked up: `resolve nosuch.test: Name or service not
/// known`.
class resolve_error : public std::runtime_error {
 public:
  resolve_error(std::string_view host, std::string_view why, bool temporary);
  /// Whether the same look-up may succeed later: the name server did not answer.
  [[nodiscard]] bool temporary() const noexcept { return temporary_; }

 private:
  bool temporary_;
};

/// The addresses of `host`, in the order to try them, at least one. An address as text is its own.
///
/// Errors: throws `resolve_error`.
/// Cancellation: at once; the system's look-up, on a thread of its own, is left to finish by
/// itself.
[[nodiscard]] task<std::vector<ip_address>> resolve(std::string host);

}  // namespace eddy
