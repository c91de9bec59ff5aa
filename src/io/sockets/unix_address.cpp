// SPDX-License-Identifier: MIT
#include "unix_address.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string>

#include <fmt/format.h>

#include <eddy/core/error.hpp>

namespace eddy::detail {

unix_address::unix_address(std::string_view verb, std::string_view name) {
  // One byte less than there are: not every program reads a path that has no NUL behind it.
  constexpr std::size_t most = sizeof storage_.sun_path - 1;
  if (name.empty()) throw io_error(EINVAL, fmt::format("{} \"\" (a socket's path)", verb));
  if (const std::size_t nul = name.find('\0'); nul != std::string_view::npos) {
    const std::string_view before = name.substr(0, nul);
    throw io_error(EINVAL, fmt::format("{} {} (a NUL in a socket's path)", verb, before));
  }
  if (name.size() > most) {
    throw io_error(ENAMETOOLONG, fmt::format("{} {} ({} bytes; a socket's path may have {})", verb,
                                             name, name.size(), most));
  }
  storage_.sun_family = AF_UNIX;
  std::ranges::copy(name, storage_.sun_path);
  const bool is_abstract = name.front() == '@';
  if (is_abstract) storage_.sun_path[0] = '\0';
  // An abstract name is as long as the size says, and NULs count.
  const std::size_t end = name.size() + (is_abstract ? 0 : 1);
  size_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + end);
}

}  // namespace eddy::detail
