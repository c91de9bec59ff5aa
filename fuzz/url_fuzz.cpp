// SPDX-License-Identifier: MIT
#include <string>

#include <eddy/codec/url.hpp>

#include "splits.hpp"

using namespace eddy;

namespace {

// The URL put together again from what the accessors say.
std::string compose(const url& u) {
  std::string text(u.scheme());
  text += ':';
  const bool authority = u.href().substr(text.size()).starts_with("//");
  if (authority) {
    text += "//";
    text += u.username();
    if (!u.password().empty()) (text += ':') += u.password();
    if (!u.username().empty() || !u.password().empty()) text += '@';
    text += u.host();
    if (u.port()) (text += ':') += std::to_string(*u.port());
  } else if (u.path().starts_with("//")) {
    text += "/.";
  }
  const std::string path_and_query = u.path_and_query();
  text += path_and_query;
  fuzz::require(path_and_query.starts_with(u.path()) && path_and_query.ends_with(u.query()),
                "path and query are the path and the query");
  fuzz::require(text == u.without_fragment(), "without a fragment, the rest is left");
  if (text.size() < u.href().size()) (text += '#') += u.fragment();
  return text;
}

void check(const std::expected<url, url_error>& parsed, std::string_view input) {
  if (!parsed) {
    fuzz::require(parsed.error().position() <= input.size(), "an error is within the input");
    return;
  }
  fuzz::require(compose(*parsed) == parsed->href(), "the parts make the whole");
  for (const char c : parsed->href()) {
    fuzz::require(c >= 0x20 && c < 0x7f, "a URL is printable ASCII");
  }
  const auto again = url::parse(parsed->href());
  fuzz::require(again && *again == *parsed, "a URL reads as itself");
  fuzz::require(compose(*again) == compose(*parsed) && again->port() == parsed->port(),
                "and has the same parts");
  const auto resolved = url::parse(parsed->href(), *parsed);
  fuzz::require(resolved && *resolved == *parsed, "an absolute URL is relative to nothing");
  const auto bare = url::parse(parsed->without_fragment());
  fuzz::require(bare && bare->href() == parsed->without_fragment(), "so does it as a document");
}

}  // namespace

// The input is a URL, and, when it has a `|`, a base before that.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::as_text(data, size);
  check(url::parse(text), text);
  const std::size_t bar = text.find('|');
  if (bar == text.npos) return 0;
  const auto base = url::parse(text.substr(0, bar));
  if (!base) return 0;
  const auto reference = text.substr(bar + 1);
  check(url::parse(reference, *base), reference);
  return 0;
}
