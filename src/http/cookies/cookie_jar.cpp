// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include <eddy/http/cookies.hpp>
#include <http/cookies/cookie_rules.hpp>

namespace eddy::http {
namespace {

constexpr std::size_t most_cookies = 3000;
constexpr std::size_t most_of_a_domain = 180;

bool expired(const cookie& c, cookie_jar::instant now) noexcept {
  return c.expires && *c.expires <= now;
}

bool is_of(const url& to, const cookie& c) noexcept {
  return (!c.host_only || to.host() == c.domain) && (!c.secure || detail::is_secure(to)) &&
         detail::path_matches(to.path(), c.path);
}

/// The domain above: `b.c` for `a.b.c`, and in the end nothing.
std::string_view above(std::string_view domain) noexcept {
  const auto dot = domain.find('.');
  return dot == domain.npos ? std::string_view() : domain.substr(dot + 1);
}

}  // namespace

bool cookie_jar::set(std::string_view set_cookie, const url& from, instant now) {
  auto read = parse_set_cookie(set_cookie, from, now);
  if (!read || (!detail::is_secure(from) && overlays_secure(*read))) return false;
  set(std::move(*read), now);
  return true;
}

// Whoever can write into plain connections could otherwise sign people in under another name.
bool cookie_jar::overlays_secure(const cookie& added) const {
  const auto hides = [&added](const kept& there) {
    return there.secure && there.name == added.name &&
           detail::path_matches(added.path, there.path) &&
           (detail::domain_matches(added.domain, there.domain) ||
            detail::domain_matches(there.domain, added.domain));
  };
  return std::ranges::any_of(
      domains_, [&](const auto& domain) { return std::ranges::any_of(domain.second, hides); });
}

void cookie_jar::set(cookie added, instant now) {
  const bool gone = expired(added, now);
  auto domain = domains_.find(added.domain);
  if (domain == domains_.end()) {
    if (gone) return;
    domain = domains_.try_emplace(added.domain).first;
  }
  auto& list = domain->second;
  const auto same = std::ranges::find_if(list, [&added](const kept& there) {
    return there.name == added.name && there.path == added.path;
  });
  if (same != list.end() && !gone) {
    static_cast<cookie&>(*same) = std::move(added);  // it keeps its place in the order
    return;
  }
  if (same != list.end()) {
    list.erase(same);
    --size_;
  }
  if (!gone) {
    list.push_back({std::move(added), next_number_++});
    ++size_;
  }
  make_room(domain, now);
}

void cookie_jar::make_room(of_domains::iterator domain, instant now) {
  if (domain->second.size() > most_of_a_domain) drop_oldest(domain);
  if (size_ > most_cookies) {
    for (auto& [name, list] : domains_) {
      size_ -= std::erase_if(list, [now](const kept& there) { return expired(there, now); });
    }
    std::erase_if(domains_, [](const auto& each) { return each.second.empty(); });
    if (size_ <= most_cookies) return;
    domain = std::ranges::min_element(domains_, {},
                                      [](const auto& each) { return each.second.front().number; });
    drop_oldest(domain);
  }
  if (domain->second.empty()) domains_.erase(domain);
}

void cookie_jar::drop_oldest(of_domains::iterator domain) {
  domain->second.erase(domain->second.begin());  // new ones go to the end
  --size_;
}

std::string cookie_jar::header_for(const url& to, instant now) const {
  std::vector<const kept*> sent;
  for (auto domain = to.host(); !domain.empty(); domain = above(domain)) {
    const auto found = domains_.find(domain);
    if (found == domains_.end()) continue;
    for (const kept& c : found->second) {
      if (is_of(to, c) && !expired(c, now)) sent.push_back(&c);
    }
  }
  std::ranges::sort(sent, [](const kept* a, const kept* b) {
    return std::tuple(b->path.size(), a->number) < std::tuple(a->path.size(), b->number);
  });
  std::string text;
  for (const kept* c : sent) {
    if (!text.empty()) text += "; ";
    text += c->name;
    text += '=';
    text += c->value;
  }
  return text;
}

std::vector<cookie> cookie_jar::all(instant now) const {
  std::vector<cookie> found;
  for (const auto& [domain, list] : domains_) {
    std::ranges::copy_if(list, std::back_inserter(found),
                         [now](const kept& c) { return !expired(c, now); });
  }
  return found;
}

void cookie_jar::clear() noexcept {
  domains_.clear();
  size_ = 0;
}

}  // namespace eddy::http
