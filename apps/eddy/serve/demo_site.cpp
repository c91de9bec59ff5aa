// SPDX-License-Identifier: MIT
#include "serve/demo_site.hpp"

#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <new>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <eddy/codec/json.hpp>
#include <eddy/codec/percent.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/http/events.hpp>
#include <eddy/http/reply_error.hpp>
#include <eddy/http/websocket.hpp>

namespace eddy::app {
namespace {

using namespace std::chrono_literals;
using http::server_reply;
using http::server_request;

constexpr std::size_t bomb_member = std::size_t{10} * 1024 * 1024;  // zeros
constexpr int bomb_members = 1024;                                  // 10 GiB in all

// A whole number in the query, kept within bounds.
int number_in(const server_request& request, std::string_view name, int usual, int least,
              int most) {
  for (const auto& [found, text] : parse_form(request.query)) {
    if (found != name) continue;
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) {
      throw http::reply_error(400, fmt::format("{}={}: expected a number\n", name, text));
    }
    return std::clamp(number, least, most);
  }
  return usual;
}

json::object described(const demo_shop::product& p) {
  return {{"id", p.number},
          {"name", p.name},
          {"price", p.price},
          {"stock", p.stock},
          {"url", fmt::format("/p/{}", p.number)}};
}

async_generator<http::server_sent_event> ticks(int count, duration interval) {
  for (int tick = 1; tick <= count; ++tick) {
    const std::string text = std::to_string(tick);
    co_yield http::server_sent_event{
        .data = json::write(json::object{{"tick", tick}}), .name = "tick", .id = text};
    if (tick < count) co_await sleep(interval);
  }
}

task<> echo(http::websocket::connection& client) {
  while (auto message = co_await client.next()) co_await client.send(*std::move(message));
}

std::string gzip_of_zeros(std::size_t size) {
  z_stream stream{};
  constexpr int gzip_window = 15 + 16;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    throw std::bad_alloc();
  }
  std::string zeros(size, '\0');
  std::string coded(deflateBound(&stream, size), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(zeros.data());
  stream.avail_in = static_cast<uInt>(zeros.size());
  stream.next_out = reinterpret_cast<Bytef*>(coded.data());
  stream.avail_out = static_cast<uInt>(coded.size());
  deflate(&stream, Z_FINISH);
  coded.resize(stream.total_out);
  deflateEnd(&stream);
  return coded;
}

http::body_stream repeated(std::string_view piece, int times) {
  for (int i = 0; i < times; ++i) co_yield piece;
}

}  // namespace

void demo_site::install(http::server& server) {
  shop_.install(server);
  server.route("GET", "/api/products",
               [this](server_request& r) -> task<server_reply> { co_return list_products(r); });
  server.route("GET", "/api/products/{id}",
               [this](server_request& r) -> task<server_reply> { co_return show_product(r); });
  server.route("POST", "/api/echo", [](server_request& r) -> task<server_reply> {
    co_return server_reply::json(200, co_await r.json());
  });
  server.route("GET", "/sse/ticks", [](server_request& r) -> task<server_reply> {
    const auto interval = std::chrono::milliseconds(number_in(r, "ms", 1000, 1, 60'000));
    co_return http::event_stream(ticks(number_in(r, "count", 1'000'000, 1, 1'000'000), interval));
  });
  server.route("GET", "/ws/echo", [](server_request& r) -> task<server_reply> {
    co_return http::websocket::accept(r, echo);
  });
  server.route("GET", "/slow", [](server_request& r) -> task<server_reply> {
    co_await sleep(std::chrono::milliseconds(number_in(r, "ms", 5000, 0, 600'000)));
    co_return server_reply::text(200, "at last\n");
  });
  server.route("GET", "/redirect-loop", [](server_request&) -> task<server_reply> {
    co_return server_reply::redirect("/redirect-loop");
  });
  bomb_ = gzip_of_zeros(bomb_member);
  server.route("GET", "/gzip-bomb",
               [this](server_request&) -> task<server_reply> { co_return bomb(); });
  server.route("GET", "/stats",
               [this](server_request&) -> task<server_reply> { co_return stats(); });
}

server_reply demo_site::list_products(const server_request& request) const {
  const int total = shop_.options().products;
  const int first = number_in(request, "offset", 0, 0, total);
  const int last = std::min(total, first + number_in(request, "limit", 20, 1, 100));
  json::array items;
  for (int i = first; i < last; ++i) items.push_back(described(demo_shop::product_of(i + 1)));
  json::object page{{"total", total}, {"items", std::move(items)}};
  if (last < total) page.set("next", fmt::format("/api/products?offset={}", last));
  return server_reply::json(200, page);
}

server_reply demo_site::show_product(const server_request& request) const {
  const std::string_view text = request.parameter("id");
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1 ||
      number > shop_.options().products) {
    return server_reply::json(404, json::object{{"error", "no such product"}});
  }
  return server_reply::json(200, described(demo_shop::product_of(number)));
}

server_reply demo_site::stats() const {
  const shop_stats seen = shop_.stats();
  return server_reply::json(200, json::object{{"requests", seen.requests},
                                              {"rate", seen.rate},
                                              {"peak_in_second", seen.peak_in_second},
                                              {"peak_parallel", seen.peak_parallel},
                                              {"forbidden", seen.forbidden},
                                              {"twice", seen.twice}});
}

server_reply demo_site::bomb() const {
  return {.headers = {{"Content-Type", "text/plain"}, {"Content-Encoding", "gzip"}},
          .body = http::body::stream([this] { return repeated(bomb_, bomb_members); },
                                     bomb_.size() * bomb_members)};
}

}  // namespace eddy::app
