// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace eddy {

namespace detail {

class url_parser;

/// Where the parts of a serialised URL lie: each offset is where one ends or the next begins.
struct url_layout {
  std::size_t scheme_end = 0;    // the ':'
  std::size_t username_end = 0;  // from here to host_begin: nothing, "@" or ":password@"
  std::size_t host_begin = 0;    // beyond the ':' of the scheme where there are slashes for a host
  std::size_t host_end = 0;      // from here to path_begin: nothing, ":port" or "/."
  std::size_t path_begin = 0;
  std::size_t path_end = 0;   // a '?' where there is a query
  std::size_t query_end = 0;  // a '#' where there is a fragment
};

}  // namespace detail

/// Why a text is not a URL.
class url_error {
 public:
  url_error(std::string what, std::size_t position) : what_(std::move(what)), position_(position) {}

  /// One line: what is wrong, and at which offset of the input.
  std::string message() const;

  /// The offset in bytes of the offending part of the input.
  std::size_t position() const noexcept { return position_; }

 private:
  std::string what_;
  std::size_t position_;
};

/// A URL as browsers understand it: parsed, resolved and normalised by the WHATWG URL standard.
///
/// Two URLs are equal when their `href()`s are. The standard is about Unicode text; where the input
/// is not valid UTF-8, its bytes are percent-encoded as they are, and in a host they are an error.
/// Domains beyond ASCII have the letters and digits of IDNA 2008; symbols such as emoji are taken
/// only where they are encoded already (`xn--…`).
///
/// Lifetime: the views that the accessors return live as long as the object is neither changed nor
/// moved from.
class url {
 public:
  /// Reads an absolute URL. Blanks around it and line breaks within it are ignored.
  ///
  /// Errors: the text is relative, or a host or a port in it is not valid.
  static std::expected<url, url_error> parse(std::string_view input);

  /// Reads a URL that may be relative to `base`, as the `href` of a link in that page is.
  ///
  /// Errors: a host or a port is not valid, or the base is one that nothing can be relative to,
  /// such as `mailto:`.
  static std::expected<url, url_error> parse(std::string_view input, const url& base);

  /// The whole URL; parsing it again gives an equal one.
  std::string_view href() const noexcept { return href_; }

  /// In lower case, without the `:`.
  std::string_view scheme() const noexcept { return part(0, at_.scheme_end); }

  std::string_view username() const noexcept;  ///< percent-encoded; empty where there is none
  std::string_view password() const noexcept;  ///< percent-encoded; empty where there is none

  /// A domain in ASCII, an IPv4 address, or an IPv6 address in brackets; empty where there is none.
  std::string_view host() const noexcept { return part(at_.host_begin, at_.host_end); }

  /// Nothing where it is the default of the scheme, even if it was written out.
  std::optional<std::uint16_t> port() const noexcept { return port_; }

  /// The port to connect to; nothing where the scheme has none.
  std::optional<std::uint16_t> port_or_default() const noexcept;

  std::string_view path() const noexcept { return part(at_.path_begin, at_.path_end); }
  std::string_view query() const noexcept;     ///< without the `?`; empty where there is none
  std::string_view fragment() const noexcept;  ///< without the `#`; empty where there is none

  /// Scheme, host and port, as in `http://host:81`; `null` where the scheme has no such notion.
  std::string origin() const;

  /// The `href()` up to the `#`: what names the document.
  std::string without_fragment() const { return href_.substr(0, at_.query_end); }

  /// What a request line asks for, as in `/search?q=x`.
  std::string path_and_query() const;

  friend bool operator==(const url& a, const url& b) noexcept { return a.href_ == b.href_; }

 private:
  friend class detail::url_parser;

  url() = default;

  std::string_view part(std::size_t begin, std::size_t end) const noexcept {
    return std::string_view(href_).substr(begin, end - begin);
  }

  bool has_authority() const noexcept { return at_.host_begin > at_.scheme_end + 1; }

  std::string href_;
  detail::url_layout at_;
  std::optional<std::uint16_t> port_;
};

}  // namespace eddy
