// SPDX-License-Identifier: MIT
#include "url_parser.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "ascii.hpp"
#include "percent_encoding.hpp"
#include "url_input.hpp"
#include "url_scheme.hpp"
#include "url_segment.hpp"

namespace eddy::detail {

namespace {

std::unexpected<url_fault> fault(std::string what, std::size_t at) {
  return std::unexpected(url_fault{std::move(what), at});
}

}  // namespace

std::expected<url, url_error> url_parser::parse(std::string_view input, const url* base) {
  if (auto plain = as_it_stands(input)) return *std::move(plain);
  const url_input cleaned(input);
  url_parser parser(cleaned.text(), base);
  if (auto done = parser.run(); !done) {
    auto& [what, at] = done.error();
    return std::unexpected(url_error(std::move(what), cleaned.original_offset(at)));
  }
  return std::move(parser.result_);
}

url_parser::status url_parser::run() {
  const std::size_t length = scheme_length(text_);
  if (length == 0) return without_scheme();
  set_scheme(text_.substr(0, length));
  next_ = length + 1;
  if (is_file()) return file();
  if (special_) {
    if (base_ != nullptr && base_->scheme() == result_.scheme()) return relative();
    while (at_slash()) ++next_;
    return authority();
  }
  if (rest().starts_with("//")) {
    next_ += 2;
    return authority();
  }
  no_authority();
  if (at('/')) {
    ++next_;
    path();
  } else {
    opaque_path();
  }
  return {};
}

url_parser::status url_parser::without_scheme() {
  if (base_ == nullptr) {
    return fault(text_.empty() ? "the URL is empty"
                               : "the URL has no scheme, such as `http://`, at its beginning",
                 0);
  }
  if (base_is_opaque()) {
    if (!at('#')) {
      return fault(fmt::format("nothing but a `#` can be relative to a `{}:` URL", base_->scheme()),
                   0);
    }
    href_ = base_->without_fragment();
    layout_ = base_->at_;
    fragment();
    return {};
  }
  set_scheme(base_->scheme());
  return is_file() ? file() : relative();
}

/// What follows the scheme, or the whole reference, where the base has the same scheme.
url_parser::status url_parser::relative() {
  if (!at_slash()) {
    copy_authority();
    relative_path();
    return {};
  }
  ++next_;
  if (at_slash()) {
    ++next_;
    while (special_ && at_slash()) ++next_;
    return authority();
  }
  copy_authority();
  path();
  return {};
}

url_parser::status url_parser::file() {
  if (!at_slash()) {
    if (base_is_file()) {
      copy_authority();
      relative_path();
    } else {
      empty_authority();
      path();
    }
    return {};
  }
  ++next_;
  if (at_slash()) {
    ++next_;
    return file_host();
  }
  if (base_is_file()) {
    copy_authority();
    // `/x` is on the drive of the base, unless it names another.
    if (!starts_with_drive_letter(rest())) href_ += drive_of(base_->path());
  } else {
    empty_authority();
  }
  path();
  return {};
}

url_parser::status url_parser::file_host() {
  const std::size_t begin = next_;
  const std::string_view text = take_until(separators());
  if (is_drive_letter(text)) {
    next_ = begin;  // `file://C:/x` was meant to have no host
    empty_authority();
    path();
    return {};
  }
  empty_authority();
  if (!text.empty()) {
    const auto host = parse_host(text);
    if (!host) return fault(host.error().what, begin + host.error().at);
    if (*host != "localhost") append_host(*host);
  }
  path_start();
  return {};
}

url_parser::status url_parser::authority() {
  empty_authority();
  const std::size_t begin = next_;
  const std::string_view text = take_until(separators());
  const std::size_t end = next_;
  next_ = begin;
  // A password may contain an `@`, which then was not encoded as it should have been.
  if (const std::size_t sign = text.rfind('@'); sign != text.npos) {
    credentials(text.substr(0, sign));
    next_ += sign + 1;
    if (next_ == end) return fault("there is no host after the `@`", next_);
  }
  if (auto done = host_and_port(end); !done) return done;
  path_start();
  return {};
}

void url_parser::credentials(std::string_view text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view password = text.substr(std::min(colon + 1, text.size()));
  append_percent_encoded(href_, text.substr(0, colon), userinfo_set);
  layout_.username_end = href_.size();
  if (!password.empty()) {
    href_ += ':';
    append_percent_encoded(href_, password, userinfo_set);
  }
  if (href_.size() > layout_.scheme_end + 3) href_ += '@';
  layout_.host_begin = href_.size();
}

url_parser::status url_parser::host_and_port(std::size_t end) {
  const std::string_view text = text_.substr(next_, end - next_);
  const std::size_t colon = find_port_colon(text);
  const std::string_view host = text.substr(0, colon);
  if (host.empty() && (special_ || colon != text.npos)) {
    return fault(fmt::format("a `{}:` URL needs a host here", result_.scheme()), next_);
  }
  const auto parsed = special_ ? parse_host(host) : parse_opaque_host(host);
  if (!parsed) return fault(parsed.error().what, next_ + parsed.error().at);
  append_host(*parsed);
  if (colon != text.npos) {
    next_ += colon + 1;
    if (auto done = port(text.substr(colon + 1)); !done) return done;
  }
  next_ = end;
  return {};
}

url_parser::status url_parser::port(std::string_view digits) {
  unsigned number = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (!is_digit(digits[i])) return fault("a port has digits only", next_ + i);
    number = number * 10 + static_cast<unsigned>(digits[i] - '0');
    if (number > 65535) return fault("a port is at most 65535", next_);
  }
  if (!digits.empty() && number != default_port(result_.scheme())) {
    result_.port_ = static_cast<std::uint16_t>(number);
    href_ += fmt::format(":{}", number);
    layout_.path_begin = href_.size();
  }
  return {};
}

void url_parser::no_authority() {
  layout_.username_end = layout_.host_begin = layout_.host_end = layout_.path_begin = href_.size();
}

void url_parser::empty_authority() {
  href_ += "//";
  no_authority();
}

void url_parser::append_host(std::string_view host) {
  href_ += host;
  layout_.host_end = layout_.path_begin = href_.size();
}

void url_parser::set_scheme(std::string_view scheme) {
  href_.resize(scheme.size());
  std::ranges::transform(scheme, href_.begin(), to_lower);
  layout_.scheme_end = href_.size();
  href_ += ':';
  special_ = is_special(result_.scheme());
}

void url_parser::copy_authority() {
  // Not up to its path: a `/.` before that belongs to the path.
  const url_layout& from = base_->at_;
  const std::size_t end = base_->has_authority() ? from.path_begin : from.host_end;
  href_.assign(base_->href_, 0, end);
  layout_ = {.scheme_end = from.scheme_end,
             .username_end = from.username_end,
             .host_begin = from.host_begin,
             .host_end = from.host_end,
             .path_begin = end};
  result_.port_ = base_->port_;
}

}  // namespace eddy::detail
