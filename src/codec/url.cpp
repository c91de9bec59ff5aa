// SPDX-License-Identifier: MIT
#include <eddy/codec/url.hpp>

#include <fmt/format.h>

#include "url_parser.hpp"
#include "url_scheme.hpp"

namespace eddy {

std::string url_error::message() const { return fmt::format("{} (at byte {})", what_, position_); }

std::expected<url, url_error> url::parse(std::string_view input) {
  return detail::url_parser::parse(input, nullptr);
}

std::expected<url, url_error> url::parse(std::string_view input, const url& base) {
  return detail::url_parser::parse(input, &base);
}

std::string_view url::username() const noexcept {
  return has_authority() ? part(at_.scheme_end + 3, at_.username_end) : std::string_view();
}

std::string_view url::password() const noexcept {
  const bool given = at_.host_begin > at_.username_end + 1;
  return given ? part(at_.username_end + 1, at_.host_begin - 1) : std::string_view();
}

std::optional<std::uint16_t> url::port_or_default() const noexcept {
  return port_ ? port_ : detail::default_port(scheme());
}

std::string_view url::query() const noexcept {
  return at_.query_end > at_.path_end ? part(at_.path_end + 1, at_.query_end) : std::string_view();
}

std::string_view url::fragment() const noexcept {
  return href_.size() > at_.query_end ? part(at_.query_end + 1, href_.size()) : std::string_view();
}

std::string url::origin() const {
  if (!detail::is_special(scheme()) || scheme() == "file") return "null";
  return fmt::format("{}://{}", scheme(), part(at_.host_begin, at_.path_begin));
}

std::string url::path_and_query() const { return std::string(part(at_.path_begin, at_.query_end)); }

}  // namespace eddy
