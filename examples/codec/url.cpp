// SPDX-License-Identifier: MIT
// URLs as browsers read them, and what a site lets a crawler see of them.
#include <iostream>
#include <string_view>

#include <eddy/codec/robots.hpp>
#include <eddy/codec/url.hpp>

namespace {

// snippet: url
void links() {
  const eddy::url page = eddy::url::parse("HTTPS://Shop.test:443/list/../sale?q=a b#top").value();
  std::cout << page.href() << '\n' << page.origin() << ' ' << page.path_and_query() << '\n';
  std::cout << eddy::url::parse("../img/lamp.png", page)->href() << '\n';

  const auto wrong = eddy::url::parse("http://shop.test:port/");
  if (!wrong) {
    const eddy::url_error& error = wrong.error();
    std::cout << error.message() << '\n';
  }
}
// end snippet

// snippet: robots
void manners(std::string_view robots_txt) {
  const eddy::robots::rules ours = eddy::robots::parse(robots_txt, "eddy");
  std::cout << ours.allowed("/list?page=2") << ours.allowed("/cart/7") << ' '
            << ours.crawl_delay().value_or(0) << " s\n";
}
// end snippet

}  // namespace

int main() {
  links();
  manners("User-agent: *\nDisallow: /cart/\nCrawl-delay: 2\n");
}
