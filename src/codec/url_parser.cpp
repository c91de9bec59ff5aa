// SPDX-License-Identifier: MIT
//
// The basic URL parser of https://url.spec.whatwg.org, without its state overrides.
//
// The standard's state machine goes over the text once, from the left to the right, and so does
// this; a state is a function here, and going to a state is calling it. The parts of a URL are
// found in the order in which they are written, so each is appended to the href as it is found, and
// a reference that keeps parts of its base begins with a copy of the front of the base's href.
#include <algorithm>

#include <fmt/format.h>

#include <eddy/codec/url.hpp>

#include "ascii.hpp"
#include "percent_encoding.hpp"
#include "url_host.hpp"
#include "url_input.hpp"
#include "url_scheme.hpp"
#include "url_segment.hpp"

namespace eddy {

namespace detail {

class url_parser {
 public:
  static std::expected<url, url_error> parse(std::string_view input, const url* base);

 private:
  using status = std::expected<void, url_fault>;

  url_parser(std::string_view text, const url* base) : text_(text), base_(base) {}

  status run();
  status without_scheme();
  status relative();
  status file();
  status file_host();
  status authority();
  status host_and_port(std::size_t end);
  status port(std::string_view digits);

  void credentials(std::string_view text);
  void no_authority();
  void empty_authority();
  void append_host(std::string_view host);
  void relative_path();
  void path_start();
  void path();
  void opaque_path();
  void append_segment(std::string_view segment, bool last);
  void shorten_path();
  void end_path();
  void query();
  void fragment();

  void set_scheme(std::string_view scheme);
  void copy_authority();
  void copy_query();

  static std::unexpected<url_fault> fault(std::string what, std::size_t at) {
    return std::unexpected(url_fault{std::move(what), at});
  }

  bool at_end() const noexcept { return next_ == text_.size(); }
  bool at(char c) const noexcept { return !at_end() && text_[next_] == c; }
  bool at_slash() const noexcept { return at('/') || (special_ && at('\\')); }
  std::string_view rest() const noexcept { return text_.substr(next_); }

  /// The text up to any of these characters; the cursor moves there.
  std::string_view take_until(std::string_view ends) noexcept {
    const std::size_t begin = next_;
    next_ = std::min(text_.find_first_of(ends, begin), text_.size());
    return text_.substr(begin, next_ - begin);
  }

  /// What ends a host or a segment of a path.
  std::string_view separators() const noexcept { return special_ ? "/\\?#" : "/?#"; }

  bool is_file() const noexcept { return result_.scheme() == "file"; }
  bool base_is_file() const noexcept { return base_ != nullptr && base_->scheme() == "file"; }
  bool base_is_opaque() const noexcept {
    return !base_->has_authority() && !base_->path().starts_with('/');
  }

  std::string_view path_so_far() const noexcept {
    return std::string_view(href_).substr(layout_.path_begin);
  }

  std::string_view text_;
  std::size_t next_ = 0;
  const url* base_;
  url result_;
  std::string& href_ = result_.href_;
  url_layout& layout_ = result_.at_;
  bool special_ = false;  // whether the scheme of the result is
};

std::expected<url, url_error> url_parser::parse(std::string_view input, const url* base) {
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
  const std::size_t colon = text.find(':');
  append_percent_encoded(href_, text.substr(0, colon), userinfo_set);
  layout_.username_end = href_.size();
  if (colon < text.size() - 1 && colon != text.npos) {
    href_ += ':';
    append_percent_encoded(href_, text.substr(colon + 1), userinfo_set);
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

/// A path, a query or a fragment that is relative to the base's.
void url_parser::relative_path() {
  if (at_end() || at('#')) {
    href_ += base_->path();
    end_path();
    copy_query();
    fragment();
    return;
  }
  if (!is_file() || !starts_with_drive_letter(rest())) href_ += base_->path();
  if (at('?')) {
    end_path();
    query();
    return;
  }
  shorten_path();
  path();
}

void url_parser::path_start() {
  if (special_ || at('/')) {
    if (at_slash()) ++next_;
    path();
  } else {
    end_path();
    query();
  }
}

/// The segments of a path and what follows it; the slash before the first segment was taken.
void url_parser::path() {
  for (;;) {
    const std::string_view segment = take_until(separators());
    const bool last = !at_slash();
    append_segment(segment, last);
    if (last) break;
    ++next_;
  }
  end_path();
  query();
}

void url_parser::append_segment(std::string_view segment, bool last) {
  if (is_double_dot(segment)) {
    shorten_path();
    if (last) href_ += '/';
  } else if (is_single_dot(segment)) {
    if (last) href_ += '/';
  } else {
    const bool drive = is_file() && path_so_far().empty() && is_drive_letter(segment);
    href_ += '/';
    append_percent_encoded(href_, segment, path_set);
    if (drive) href_.back() = ':';
  }
}

/// Takes the last segment off, but never a drive.
void url_parser::shorten_path() {
  const std::string_view path = path_so_far();
  if (is_file() && !path.empty() && path == drive_of(path)) return;
  const std::size_t slash = path.rfind('/');
  if (slash != path.npos) href_.resize(layout_.path_begin + slash);
}

void url_parser::opaque_path() {
  std::string_view path = take_until("?#");
  // At the end of a whole URL spaces are trimmed, so the path would change without what follows it.
  const bool space = path.ends_with(' ') && !at_end();
  if (space) path.remove_suffix(1);
  append_percent_encoded(href_, path, control_set);
  if (space) href_ += "%20";
  end_path();
  query();
}

void url_parser::end_path() {
  // Without a host, a path that begins with two slashes would be read as one.
  if (!result_.has_authority() && path_so_far().starts_with("//")) {
    href_.insert(layout_.path_begin, "/.");
    layout_.path_begin += 2;
  }
  layout_.path_end = layout_.query_end = href_.size();
}

void url_parser::query() {
  if (at('?')) {
    ++next_;
    href_ += '?';
    append_percent_encoded(href_, take_until("#"), special_ ? special_query_set : query_set);
    layout_.query_end = href_.size();
  }
  fragment();
}

void url_parser::fragment() {
  if (!at('#')) return;
  ++next_;
  href_ += '#';
  append_percent_encoded(href_, rest(), fragment_set);
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

void url_parser::copy_query() {
  href_ += base_->part(base_->at_.path_end, base_->at_.query_end);
  layout_.query_end = href_.size();
}

}  // namespace detail

std::expected<url, url_error> url::parse(std::string_view input) {
  return detail::url_parser::parse(input, nullptr);
}

std::expected<url, url_error> url::parse(std::string_view input, const url& base) {
  return detail::url_parser::parse(input, &base);
}

}  // namespace eddy
