// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <eddy/http/server.hpp>

namespace eddy::http::detail {

/// A path with holes: `/p/{id}/*`.
class path_pattern {
 public:
  using parameters = std::vector<std::pair<std::string, std::string>>;

  /// Errors: throws `std::invalid_argument`, see `server::route`.
  explicit path_pattern(std::string_view text);

  /// Whether `path` has this shape; if so, `found` holds what stood in the holes.
  [[nodiscard]] bool match(std::string_view path, parameters& found) const;

  /// The more specific is the lesser; patterns that match the same paths are equivalent.
  friend std::weak_ordering operator<=>(const path_pattern& left, const path_pattern& right);

 private:
  enum class segment_kind : unsigned char { text, name, rest };
  struct segment {
    segment_kind kind;
    std::string text;  // what it must be, or the name of what it may be
  };
  static segment parse_segment(std::string_view text, std::string_view pattern);

  std::vector<segment> segments_;
};

/// Gives each request to its handler.
class router {
 public:
  void add(std::string_view method, std::string_view pattern, handler h,
           const route_options& options = {});
  void set_fallback(handler h) { fallback_ = std::move(h); }

  /// What the handler makes, with the request's parameters filled in; a 404 or 405 where none is,
  /// or a list of methods for OPTIONS.
  [[nodiscard]] task<server_reply> answer(server_request& request) const;

 private:
  struct route {
    path_pattern pattern;
    std::string method;
    handler serve;
    route_options options;
  };

  [[nodiscard]] static task<server_reply> serve(const route& by, server_request& request);
  [[nodiscard]] const route* match(std::string_view method, server_request& request) const;
  [[nodiscard]] std::string methods_at(server_request& request) const;

  std::vector<route> routes_;  // the most specific pattern first
  handler fallback_;
};

}  // namespace eddy::http::detail
