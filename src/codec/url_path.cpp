// SPDX-License-Identifier: MIT
//
// The part of the URL parser that begins where the host ends.
#include "percent_encoding.hpp"
#include "url_parser.hpp"
#include "url_segment.hpp"

namespace eddy::detail {

/// A path, a query or a fragment that is relative to the base's.
void url_parser::relative_path() {
  if (at_end() || at('#')) {
    href_ += base_->path();
    end_path();
    href_ += base_->part(base_->at_.path_end, base_->at_.query_end);
    layout_.query_end = href_.size();
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

}  // namespace eddy::detail
