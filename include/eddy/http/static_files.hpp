// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <eddy/http/server.hpp>

namespace eddy::http {

/// Which files `static_files` shows, and how.
struct static_files_options {
  std::string index = "index.html";  ///< what answers for a directory; empty: nothing
  bool list_directories = false;     ///< those without an index, as a page of links
  /// Also what has a dot before its name, or before that of a directory on the way: `.git`, `.env`.
  /// `.well-known` is not hidden.
  bool hidden_files = false;
  /// Answers with `page.css.br` or `page.css.gz` beside `page.css` where the client takes them.
  bool precompressed = false;
  std::string cache_control = {};  ///< the value of Cache-Control; empty: no such field
};

/// Answers with the files of a directory: with what a route's `/*` stands for, and the whole path
/// where there is none.
///
/// Nothing outside of `root` is served, whichever way a path or a symbolic link points; nor devices
/// and pipes. A directory asked for without a `/` at the end is a redirect to the path with it.
/// Methods other than GET and HEAD are a 405. Files have an ETag and a Last-Modified field, and the
/// conditions of a request are obeyed: If-Match, If-Unmodified-Since, If-None-Match,
/// If-Modified-Since, If-Range. A Range of one piece is a 206; one of several pieces is answered
/// with the whole file, as RFC 9110 allows.
///
/// Errors: throws `std::invalid_argument` for an empty root. What there is not, or is outside, is a
/// 404, what the process may not read a 403.
///
/// Example: `server.route("GET", "/assets/*", http::static_files("/srv/shop/assets"))`
[[nodiscard]] handler static_files(std::string root, static_files_options options = {});

}  // namespace eddy::http
