// SPDX-License-Identifier: MIT
// Takes what a page says out of it, by selectors.
#include <iostream>
#include <string_view>

#include <eddy/codec/html.hpp>

namespace html = eddy::html;

namespace {

constexpr std::string_view page = R"(<!doctype html>
<title>Shop</title>
<ul>
  <li class=offer><a href=/lamp>A lamp,<br>of brass</a>
  <li><a href=/chair>A chair</a>
</ul>)";

// snippet: select
void offers(const html::document& shop) {
  const html::selector links = html::selector::parse("li.offer > a[href]").value();
  for (const html::element& link : shop.select(links)) {
    std::cout << link.text() << ": " << *link.attribute("href") << '\n';
  }
}
// end snippet

// snippet: errors
void errors() {
  const auto selector = html::selector::parse("li >");
  if (!selector) {
    const html::selector_error& error = selector.error();
    std::cout << error.message() << '\n';
  }
  const auto refused = html::document::parse(page, {.max_nodes = 5});
  if (!refused) {
    const html::parse_error& error = refused.error();
    std::cout << error.message() << '\n';
  }
}
// end snippet

}  // namespace

int main() {
  const auto shop = html::document::parse(page);
  std::cout << shop->title() << '\n';
  offers(*shop);
  errors();
}
