// SPDX-License-Identifier: MIT
//
// Set-Cookie fields of anybody, in a jar: what comes out of it goes back to nobody else, and can
// stand in a request.
#include <array>
#include <chrono>
#include <string>

#include <eddy/codec/url.hpp>
#include <eddy/http/cookies.hpp>
#include <eddy/http/headers.hpp>
#include <http/cookies/cookie_rules.hpp>

#include "splits.hpp"

using namespace eddy;

namespace {

constexpr std::chrono::sys_seconds now{std::chrono::seconds(1'700'000'000)};
constexpr std::array sites{"http://shop.test/", "https://a.b.shop.test:8443/x/y?z",
                           "https://shop.co.uk/p", "http://127.0.0.1/", "https://[::1]/"};

bool could_be_text(std::string_view text) {
  return text.find_first_of(";\r\n") == text.npos && text.find('\0') == text.npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const url from = *url::parse(sites[data[0] % sites.size()]);
  const std::string_view field = fuzz::as_text(data + 1, size - 1);
  (void)http::detail::parse_cookie_date(field);

  const auto made = http::parse_set_cookie(field, from, now);
  http::cookie_jar jar;
  const bool kept = jar.set(field, from, now);
  if (!made) {
    fuzz::require(!kept && jar.size() == 0, "what is no cookie is not kept");
    return 0;
  }
  fuzz::require(http::detail::domain_matches(from.host(), made->domain), "it is the site's own");
  fuzz::require(made->host_only || !http::detail::is_public_suffix(made->domain),
                "it is for no public suffix");
  fuzz::require(could_be_text(made->name) && could_be_text(made->value), "it is one cookie");
  fuzz::require(made->path.starts_with('/'), "it has a path");

  const std::string back = jar.header_for(from, now);
  http::headers fields;
  if (!back.empty()) fields.add("Cookie", back);
  fuzz::require(jar.header_for(*url::parse("https://other.test/"), now).empty(),
                "others do not get it");
  if (made->secure) {
    const std::string host = std::string(from.host());
    const auto plain = url::parse("http://" + host + made->path);
    fuzz::require(!plain || http::detail::is_secure(*plain) || jar.header_for(*plain, now).empty(),
                  "a secure one does not travel in the clear");
  }

  http::cookie_jar copy;
  copy.set(*made, now);
  fuzz::require(copy.all(now) == jar.all(now), "a jar that was saved is the same again");
  return 0;
}
