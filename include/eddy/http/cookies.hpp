// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/codec/url.hpp>

namespace eddy::http {

/// A cookie, and where it goes.
struct cookie {
  std::string name = {};
  std::string value = {};
  std::string domain = {};  ///< in ASCII and lower case, without a dot before it
  bool host_only = true;    ///< not to the hosts below the domain
  std::string path = "/";
  bool secure = false;     ///< over https alone
  bool http_only = false;  ///< for those who run scripts
  /// None: it lasts as long as the jar.
  std::optional<std::chrono::sys_seconds> expires = {};

  friend bool operator==(const cookie&, const cookie&) = default;
};

/// What a Set-Cookie field that came from `from` says, read as browsers read it (RFC 6265, and what
/// its successor adds about Secure and the name prefixes); nothing for a cookie that must not be
/// kept: for another site, for a public suffix such as `co.uk`, or of more than 4096 bytes.
[[nodiscard]] std::optional<cookie> parse_set_cookie(std::string_view value, const url& from,
                                                     std::chrono::sys_seconds now);

/// Keeps the cookies that servers set, and gives each server its own: `client c({.cookies =
/// std::make_shared<http::cookie_jar>()})`. Several clients may share one.
///
/// It holds 3000 cookies, and 180 of a domain; those that were set longest ago make room.
class cookie_jar {
 public:
  using instant = std::chrono::sys_seconds;

  /// Keeps what a Set-Cookie field that came from `from` says. False if that is not allowed: see
  /// `parse_set_cookie`; or if it would replace, over http, a cookie for https alone.
  bool set(std::string_view set_cookie, const url& from, instant now = wall_clock());

  /// Keeps a cookie, in the place of the one with its name, domain and path. One that has expired
  /// removes that.
  void set(cookie added, instant now = wall_clock());

  /// The value of a Cookie field for a request of `to`; empty if it has none.
  [[nodiscard]] std::string header_for(const url& to, instant now = wall_clock()) const;

  /// All that are there, in no special order: to be written to a file, and `set` again.
  [[nodiscard]] std::vector<cookie> all(instant now = wall_clock()) const;

  void clear() noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  struct kept : cookie {
    std::uint64_t number;  // counts those that were set
  };
  using of_domains = std::map<std::string, std::vector<kept>, std::less<>>;

  [[nodiscard]] static instant wall_clock() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  }
  [[nodiscard]] bool overlays_secure(const cookie& added) const;
  void make_room(of_domains::iterator domain, instant now);
  void drop_oldest(of_domains::iterator domain);

  of_domains domains_;
  std::size_t size_ = 0;
  std::uint64_t next_number_ = 0;
};

}  // namespace eddy::http
