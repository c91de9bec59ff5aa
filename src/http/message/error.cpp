// SPDX-License-Identifier: MIT
#include <eddy/http/error.hpp>

namespace eddy::http {

int protocol_error::status() const noexcept {
  switch (fault_) {
    case protocol_fault::bad_version:
      return 505;
    case protocol_fault::head_too_large:
    case protocol_fault::too_many_fields:
      return 431;
    case protocol_fault::body_too_large:
      return 413;
    default:
      return 400;
  }
}

}  // namespace eddy::http
