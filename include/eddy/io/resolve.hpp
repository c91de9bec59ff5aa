// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/core/task.hpp>
#include <eddy/io/ip_address.hpp>

namespace eddy {

/// Why a look-up has no result.
enum class resolve_failure : std::uint8_t {
  none,      ///< it has one
  bad_name,  ///< that is no host name; nobody was asked
  no_such_name,
  no_record,  ///< the name exists, but nothing of the kind that was asked for
  no_answer,  ///< no name server answered in time, or none is there
  refused,    ///< the name servers do not serve us
  server_failed,
};

/// A host name has no address, or could not be looked up: `resolve nosuch.test: no such host`.
class resolve_error : public std::runtime_error {
 public:
  /// `what` was looked up, `why` it failed in words.
  resolve_error(std::string_view what, resolve_failure failure, std::string_view why);

  [[nodiscard]] resolve_failure failure() const noexcept { return failure_; }
  /// Whether the same look-up may succeed later: the name servers did not answer, or failed.
  [[nodiscard]] bool temporary() const noexcept {
    return failure_ == resolve_failure::no_answer || failure_ == resolve_failure::server_failed;
  }

 private:
  resolve_failure failure_;
};

/// The addresses of `host`, in the order to try them, at least one. An address as text is its own.
///
/// The loop's own `dns::resolver` looks them up: `/etc/hosts`, then the name servers of
/// `/etc/resolv.conf`; see `dns::configure` for others. Names beyond ASCII are taken as browsers
/// take them.
/// Errors: throws `resolve_error`; `io_error` where descriptors have run out.
/// Cancellation: at once.
[[nodiscard]] task<std::vector<ip_address>> resolve(std::string host);

}  // namespace eddy
