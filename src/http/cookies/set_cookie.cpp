// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include <eddy/http/cookies.hpp>
#include <http/cookies/cookie_rules.hpp>
#include <http/message/text.hpp>

namespace eddy::http {
namespace {

using std::chrono::sys_seconds;

constexpr std::size_t most_bytes = 4096;            // of name and value
constexpr std::size_t most_attribute_bytes = 1024;  // longer ones are ignored
constexpr std::chrono::days longest_life(400);

struct pair {
  std::string_view name;
  std::string_view value;
};

/// Takes the text up to the next `;`, and that.
pair take_pair(std::string_view& text) {
  const auto end = std::min(text.find(';'), text.size());
  const auto equals = std::min(text.find('='), end);
  const pair taken{.name = detail::trim(text.substr(0, equals)),
                   .value = equals < end ? detail::trim(text.substr(equals + 1, end - equals - 1))
                                         : std::string_view()};
  text.remove_prefix(std::min(end + 1, text.size()));
  return taken;
}

/// How long a Max-Age says; less than nothing is nothing.
std::optional<std::chrono::seconds> parse_max_age(std::string_view text) {
  const bool negative = text.starts_with('-');
  const auto digits = text.substr(negative ? 1 : 0);
  if (digits.empty() || !std::ranges::all_of(digits, detail::is_digit)) return std::nullopt;
  if (negative) return std::chrono::seconds(0);
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), seconds);
  if (error != std::errc()) return longest_life;
  return std::min<std::chrono::seconds>(std::chrono::seconds(seconds), longest_life);
}

/// As hosts are written in URLs: lower case, ASCII; nothing for what is no host.
std::optional<std::string> host_of(std::string_view domain) {
  const auto as_url = url::parse("http://" + std::string(domain) + "/");
  if (!as_url || as_url->path_and_query() != "/" || as_url->port() || !as_url->username().empty() ||
      !as_url->fragment().empty()) {
    return std::nullopt;
  }
  return std::string(as_url->host());
}

std::string default_path(std::string_view of_request) {
  const auto last = of_request.rfind('/');
  if (last == 0 || last == of_request.npos) return "/";
  return std::string(of_request.substr(0, last));
}

/// Takes over what a Domain attribute says; false if the cookie must not be kept.
bool set_domain(cookie& made, std::string_view domain, const url& from) {
  if (domain.starts_with('.')) domain.remove_prefix(1);
  if (domain.empty()) return true;
  const auto host = host_of(domain);
  if (!host) return false;
  if (detail::is_public_suffix(*host)) return *host == from.host();
  if (!detail::domain_matches(from.host(), *host)) return false;
  made.domain = *host;
  made.host_only = false;
  return true;
}

bool keeps_promise_of_its_name(const cookie& made, bool has_path) {
  const auto named = [&made](std::string_view prefix) {
    return detail::equal_ignoring_case(made.name.substr(0, prefix.size()), prefix);
  };
  if (named("__Secure-")) return made.secure;
  if (named("__Host-")) return made.secure && made.host_only && has_path && made.path == "/";
  return true;
}

}  // namespace

std::optional<cookie> parse_set_cookie(std::string_view value, const url& from, sys_seconds now) {
  if (detail::has_control(value)) return std::nullopt;
  const bool has_name = value.substr(0, value.find(';')).contains('=');
  const auto [name, content] = take_pair(value);
  if (!has_name || name.empty() || name.size() + content.size() > most_bytes) return std::nullopt;

  cookie made{.name = std::string(name),
              .value = std::string(content),
              .domain = std::string(from.host()),
              .path = default_path(from.path())};
  std::string_view domain;
  bool has_max_age = false;
  bool has_path = false;
  while (!value.empty()) {
    const auto [attribute, said] = take_pair(value);
    const auto is = [&](std::string_view known) {
      return detail::equal_ignoring_case(attribute, known);
    };
    if (said.size() > most_attribute_bytes) continue;
    if (is("Domain")) domain = said;
    if (is("Secure")) made.secure = true;
    if (is("HttpOnly")) made.http_only = true;
    if (is("Path")) {
      has_path = said.starts_with('/');
      made.path = has_path ? std::string(said) : default_path(from.path());
    }
    if (is("Expires") && !has_max_age) {
      if (const auto date = detail::parse_cookie_date(said)) {
        made.expires = std::min<sys_seconds>(*date, now + longest_life);
      }
    }
    if (is("Max-Age")) {
      if (const auto age = parse_max_age(said)) {
        made.expires = now + *age;
        has_max_age = true;
      }
    }
  }
  if (!set_domain(made, domain, from)) return std::nullopt;
  if (made.secure && !detail::is_secure(from)) return std::nullopt;
  if (!keeps_promise_of_its_name(made, has_path)) return std::nullopt;
  return made;
}

}  // namespace eddy::http
