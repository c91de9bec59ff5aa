// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <eddy/codec/url.hpp>

#include "url_host.hpp"

namespace eddy::detail {

/// The basic URL parser of https://url.spec.whatwg.org, without its state overrides.
///
/// The standard's state machine goes over the text once, from left to right, and so does this; a
/// state is a function here, and going to a state is calling it. The parts of a URL are found in
/// the order in which they are written, so each is appended to the href as it is found, and a
/// reference that keeps parts of its base begins with a copy of the front of the base's href.
class url_parser {
 public:
  static std::expected<url, url_error> parse(std::string_view input, const url* base);

 private:
  using status = std::expected<void, url_fault>;

  url_parser(std::string_view text, const url* base) : text_(text), base_(base) {}

  /// A URL that needs no more than its parts to be found: of http or https, and normalised already.
  static std::optional<url> as_it_stands(std::string_view text);

  // Up to the path. Only here a text can turn out not to be a URL.
  status run();
  status without_scheme();
  status relative();
  status file();
  status file_host();
  status authority();
  status host_and_port(std::size_t end);
  status port(std::string_view digits);
  void set_scheme(std::string_view scheme);
  void credentials(std::string_view text);
  void no_authority();
  void empty_authority();
  void append_host(std::string_view host);
  void copy_authority();

  // The path and what follows it.
  void relative_path();
  void path_start();
  void path();
  void opaque_path();
  void append_segment(std::string_view segment, bool last);
  void shorten_path();
  void end_path();
  void query();
  void fragment();

  bool at_end() const noexcept { return next_ == text_.size(); }
  bool at(char c) const noexcept { return !at_end() && text_[next_] == c; }
  bool at_slash() const noexcept { return at('/') || (special_ && at('\\')); }
  std::string_view rest() const noexcept { return text_.substr(next_); }

  /// The text up to any of these characters, or all that is left; the cursor moves there.
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
  std::size_t next_ = 0;  // the cursor in it
  const url* base_;       // may be null
  url result_;
  std::string& href_ = result_.href_;
  url_layout& layout_ = result_.at_;
  bool special_ = false;  // whether the scheme of the result is
};

}  // namespace eddy::detail
