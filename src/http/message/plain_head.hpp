// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <eddy/http/head.hpp>

namespace eddy::http::detail {

/// What was read of a head beside the head itself.
struct plain_head {
  std::size_t size = 0;  // in bytes, the empty line included
  std::size_t fields = 0;
  std::optional<std::uint64_t> content_length = {};
};

/// Reads a head that is there as a whole and that nobody could read in two ways, as nearly all
/// are, at a third of what the grammar takes. It judges nothing: none for all others, also for
/// those that are wrong, or longer than the limits; the head is to be read by the grammar then.
[[nodiscard]] std::optional<plain_head> read_plain(std::string_view input, std::size_t max_fields,
                                                   request_head& into);
[[nodiscard]] std::optional<plain_head> read_plain(std::string_view input, std::size_t max_fields,
                                                   response_head& into);

}  // namespace eddy::http::detail
