// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <eddy/http/headers.hpp>

namespace eddy::http::detail {

/// A field that the parser has found good, so that nobody need look at each byte of it again.
struct parsed_field {
  /// Requires: a token of a name, a value without controls and without spaces at its ends, neither
  /// longer than `std::uint32_t` can tell.
  static void add_to(headers& fields, std::string_view name, std::string_view value) {
    fields.append(name, value);
  }
};

}  // namespace eddy::http::detail
