// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <string_view>

#include <eddy/core/time.hpp>
#include <eddy/http/server.hpp>

namespace eddy::app {

struct shop_options {
  int products = 240;
  int products_per_list = 20;
  int fault_percent = 4;      ///< of the pages fail, each at most once
  double crawl_delay = 0.02;  ///< seconds, as robots.txt asks for it
};

/// What clients did, as the server saw it.
struct shop_stats {
  std::uint64_t requests = 0;  ///< for pages; robots.txt is not one
  double rate = 0;             ///< requests a second, from the first to the last
  int peak_in_second = 0;      ///< most requests within any one second
  int peak_parallel = 0;       ///< most requests being answered at once
  int forbidden = 0;           ///< requests for what robots.txt forbids
  int twice = 0;               ///< complete answers beyond the first for a page
};

/// A small shop for trying crawlers on: list pages that link to product pages and to the next list,
/// a robots.txt with forbidden pages and a crawl delay, and answers that fail on purpose (503, a
/// reset connection, a stall), decided by the URL and so the same in every run.
class demo_shop {
 public:
  explicit demo_shop(shop_options options) : options_(options) {}

  /// Lifetime: the shop must outlive the server.
  void install(http::server& server);

  struct product {
    int number;
    std::string name;
    double price;
    int stock;
  };
  [[nodiscard]] static product product_of(int number);

  [[nodiscard]] shop_stats stats() const;
  [[nodiscard]] const shop_options& options() const noexcept { return options_; }
  [[nodiscard]] int lists() const noexcept;

 private:
  enum class fault { none, unavailable, stall, reset };
  class visit;

  task<http::server_reply> answer(http::server_request& request);
  http::server_reply page(std::string_view path);
  [[nodiscard]] fault planned_fault(const std::string& path);
  [[nodiscard]] std::string robots() const;
  [[nodiscard]] std::string list_page(int number) const;
  [[nodiscard]] static std::string product_page(int number);

  shop_options options_;
  std::set<std::string> failed_;    // paths whose fault has happened
  std::set<std::string> complete_;  // paths answered with 200
  shop_stats stats_;
  int parallel_ = 0;
  time_point first_{};
  time_point last_{};
  std::deque<time_point> last_second_;
};

}  // namespace eddy::app
