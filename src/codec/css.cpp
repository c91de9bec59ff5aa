// SPDX-License-Identifier: MIT
#include <eddy/codec/html.hpp>

#include <fmt/format.h>

#include "css_parser.hpp"

namespace eddy::html {

selector_error::selector_error(std::size_t position, std::string_view problem)
    : position_(position), message_(fmt::format("{} (at byte {})", problem, position)) {}

std::expected<selector, selector_error> selector::parse(std::string_view css) {
  try {
    return selector(std::make_shared<const detail::selector_list>(detail::css_parser(css).parse()));
  } catch (selector_error& error) {
    return std::unexpected(std::move(error));
  }
}

}  // namespace eddy::html
