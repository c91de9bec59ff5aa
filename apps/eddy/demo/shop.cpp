// SPDX-License-Identifier: MIT
#include "demo/shop.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/loop.hpp>
#include <eddy/core/sleep.hpp>

namespace eddy::app {
namespace {

using namespace std::chrono_literals;

/// FNV-1a: stable between runs and machines, as std::hash need not be.
std::uint64_t stable_hash(std::string_view text) noexcept {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  // FNV's low bits are weak for short inputs that differ in their last digits.
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccdULL;
  return hash ^ (hash >> 33);
}

std::string product_name(int number) {
  static constexpr std::array first{"Amber", "Birch", "Cedar", "Delft",   "Ember", "Fjord",
                                    "Grove", "Hazel", "Ivory", "Juniper", "Kelp",  "Linen"};
  static constexpr std::array second{"Kettle", "Lamp",   "Chair", "Bowl",
                                     "Clock",  "Basket", "Mirror"};
  const auto index = static_cast<std::size_t>(number - 1);
  return fmt::format("{} {} {:03}", first[index % first.size()], second[index % second.size()],
                     number);
}

/// The number in `/p/17` after the prefix `/p/`, if it is one and within 1…last.
std::optional<int> numbered(std::string_view path, std::string_view prefix, int last) {
  if (!path.starts_with(prefix)) return std::nullopt;
  path.remove_prefix(prefix.size());
  int number = 0;
  const auto [end, error] = std::from_chars(path.data(), path.data() + path.size(), number);
  if (error != std::errc() || end != path.data() + path.size()) return std::nullopt;
  if (number < 1 || number > last) return std::nullopt;
  return number;
}

bool forbidden(std::string_view path) {
  return path.starts_with("/cart") || path.starts_with("/admin");
}

std::string html_page(std::string_view title, std::string_view body) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title></head>\n"
      "<body>\n{}<footer><a href=\"/cart\">Cart</a> <a href=\"/admin/\">Staff</a></footer>\n"
      "</body></html>\n",
      title, body);
}

}  // namespace

/// One request as the statistics see it, also when its handler is cancelled.
class demo_shop::visit {
 public:
  explicit visit(demo_shop& shop) : shop_(shop) {
    const time_point now = loop::current()->now();
    shop_stats& stats = shop_.stats_;
    if (stats.requests++ == 0) shop_.first_ = now;
    shop_.last_ = now;
    shop_.last_second_.push_back(now);
    while (now - shop_.last_second_.front() >= 1s) shop_.last_second_.pop_front();
    stats.peak_in_second =
        std::max(stats.peak_in_second, static_cast<int>(shop_.last_second_.size()));
    stats.peak_parallel = std::max(stats.peak_parallel, ++shop_.parallel_);
  }
  visit(const visit&) = delete;
  visit& operator=(const visit&) = delete;
  ~visit() { --shop_.parallel_; }

 private:
  demo_shop& shop_;
};

int demo_shop::lists() const noexcept {
  return (options_.products + options_.products_per_list - 1) / options_.products_per_list;
}

shop_stats demo_shop::stats() const {
  shop_stats now = stats_;
  const double seconds = std::chrono::duration<double>(last_ - first_).count();
  if (now.requests > 1 && seconds > 0) now.rate = static_cast<double>(now.requests - 1) / seconds;
  return now;
}

void demo_shop::install(http::server& server) {
  server.fallback([this](http::server_request& request) { return answer(request); });
}

task<http::server_reply> demo_shop::answer(http::server_request& request) {
  if (request.path == "/robots.txt") co_return http::server_reply::text(200, robots());

  const visit counted(*this);
  if (forbidden(request.path)) ++stats_.forbidden;
  switch (planned_fault(request.path)) {
    case fault::none:
      break;
    case fault::unavailable:
      co_return http::server_reply::text(503, "try again later\n");
    case fault::reset:
      co_return http::server_reply::reset();
    case fault::stall:
      co_await sleep(30s);  // the client gives up first, which ends this
      co_return http::server_reply::reset();
  }
  co_return page(request.path);
}

http::server_reply demo_shop::page(std::string_view path) {
  std::string body;
  if (path == "/") {
    body = list_page(1);
  } else if (const auto list = numbered(path, "/list/", lists())) {
    body = list_page(*list);
  } else if (const auto product = numbered(path, "/p/", options_.products)) {
    body = product_page(*product);
  } else {
    return http::server_reply::text(404, "no such page\n");
  }
  if (!complete_.emplace(path).second) ++stats_.twice;
  return http::server_reply::html(200, std::move(body));
}

demo_shop::fault demo_shop::planned_fault(const std::string& path) {
  const std::uint64_t hash = stable_hash(path);
  if (hash % 100 >= static_cast<std::uint64_t>(options_.fault_percent)) return fault::none;
  if (!failed_.insert(path).second) return fault::none;
  const std::uint64_t kind = hash / 100 % 10;
  if (kind < 6) return fault::unavailable;
  return kind < 9 ? fault::stall : fault::reset;
}

std::string demo_shop::robots() const {
  return fmt::format("User-agent: *\nCrawl-delay: {}\nDisallow: /cart\nDisallow: /admin/\n",
                     options_.crawl_delay);
}

std::string demo_shop::list_page(int number) const {
  std::string body = fmt::format("<h1>All products, page {} of {}</h1>\n<ul>\n", number, lists());
  const int first = (number - 1) * options_.products_per_list + 1;
  const int last = std::min(options_.products, first + options_.products_per_list - 1);
  for (int product = first; product <= last; ++product) {
    fmt::format_to(std::back_inserter(body),
                   "<li class=\"product\"><a href=\"/p/{}\">{}</a></li>\n", product,
                   product_name(product));
  }
  body += "</ul>\n";
  if (number < lists()) {
    fmt::format_to(std::back_inserter(body), "<a class=\"next\" href=\"/list/{}\">next</a>\n",
                   number + 1);
  }
  return html_page(fmt::format("Shop, page {}", number), body);
}

demo_shop::product demo_shop::product_of(int number) {
  std::string name = product_name(number);
  const std::uint64_t hash = stable_hash(name);
  return {.number = number,
          .name = std::move(name),
          .price = static_cast<double>(hash % 9900 + 100) / 100,
          .stock = static_cast<int>(hash / 9900 % 40)};
}

std::string demo_shop::product_page(int number) {
  const product shown = product_of(number);
  return html_page(shown.name,
                   fmt::format("<article class=\"product\">\n<h1>{}</h1>\n"
                               "<p class=\"price\">&euro; {:.2f}</p>\n<p class=\"stock\">{}</p>\n"
                               "</article>\n",
                               shown.name, shown.price, shown.stock));
}

}  // namespace eddy::app
