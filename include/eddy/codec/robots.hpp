// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eddy::robots {

class rules;

namespace detail {
class parser;
}

/// Reads a robots.txt (RFC 9309) as the crawler of that name must.
///
/// `product_token` is the crawler's name without a version, `eddy`; its case does not matter. There
/// are no errors: lines that say nothing are ignored, and so is everything past 500 KiB.
[[nodiscard]] rules parse(std::string_view bytes, std::string_view product_token);

/// What a site asks of one crawler. Made by default it allows everything.
class rules {
 public:
  rules() = default;

  /// Whether the crawler may fetch this path of the site, such as `/list?page=2`.
  ///
  /// The longest rule that matches decides, `Allow` where two are as long. How either side is
  /// percent-encoded does not matter.
  [[nodiscard]] bool allowed(std::string_view path_and_query) const;

  /// The seconds asked for between two requests; the longest if there are several.
  [[nodiscard]] std::optional<double> crawl_delay() const noexcept { return crawl_delay_; }

  /// The addresses of the site's sitemaps, as written.
  [[nodiscard]] const std::vector<std::string>& sitemaps() const noexcept { return sitemaps_; }

 private:
  friend class detail::parser;

  struct rule {
    std::string pattern;  // normalised
    bool allow;
  };

  std::vector<rule> rules_;
  std::optional<double> crawl_delay_;
  std::vector<std::string> sitemaps_;
};

}  // namespace eddy::robots
