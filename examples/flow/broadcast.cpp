// SPDX-License-Identifier: MIT
// One source of prices, and three ways to be too slow for it.
#include <iostream>
#include <string>
#include <utility>

#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/flow/broadcast.hpp>

namespace {

// snippet: broadcast
using prices = eddy::broadcast<int>;

eddy::task<> show(std::string who, prices::reader from) {
  std::cout << who << ':';
  try {
    while (const auto price = co_await from.next()) std::cout << ' ' << *price;
    std::cout << ", lost " << from.dropped() << '\n';
  } catch (const eddy::reader_disconnected&) {
    std::cout << ", disconnected\n";
  }
}

eddy::task<> quote(prices& to) {
  for (int price = 1; price <= 6; ++price) co_await to.send(price);
  to.close();
}

eddy::task<> quote_too_late(prices& to) {
  try {
    co_await to.send(7);
  } catch (const eddy::broadcast_closed&) {
    std::cout << "the market is closed\n";
  }
}

eddy::task<> start() {
  prices news;
  auto newest = news.subscribe({.capacity = 2, .when_full = eddy::slow_reader::drop_oldest});
  auto oldest = news.subscribe({.capacity = 2, .when_full = eddy::slow_reader::disconnect});
  // This one is waited for; the others read only when all is over.
  co_await eddy::gather(show("all", news.subscribe({.capacity = 2})), quote(news));
  co_await show("newest", std::move(newest));
  co_await show("oldest", std::move(oldest));
  co_await quote_too_late(news);
}
// end snippet

}  // namespace

int main() { return eddy::run(start); }
