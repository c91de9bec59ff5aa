// SPDX-License-Identifier: MIT
#include "serve/fault_plan.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/sleep.hpp>
#include <eddy/flow/event.hpp>

#include "errors.hpp"

namespace eddy::app {
namespace {

// What stands before the next separator; both are taken off.
std::string_view take_until(std::string_view& text, char separator) {
  const std::string_view item = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(text.size(), item.size() + 1));
  return item;
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

duration parse_duration(std::string_view option, std::string_view text) {
  constexpr std::array<std::pair<std::string_view, double>, 3> units{
      {{"ms", 0.001}, {"s", 1}, {"m", 60}}};
  for (const auto& [unit, seconds] : units) {
    if (!text.ends_with(unit)) continue;
    const auto count = parse_number<double>(text.substr(0, text.size() - unit.size()));
    if (!count || *count < 0 || *count > 1e6) break;
    return std::chrono::duration_cast<duration>(std::chrono::duration<double>(*count * seconds));
  }
  throw usage_error(fmt::format("{} {}: expected a time, such as 500ms, 2s or 1m", option, text));
}

fault_plan::fault_plan(std::string_view spec) {
  double total = 0;
  while (!spec.empty()) {
    state_->faults.push_back(parse(take_until(spec, ',')));
    total += state_->faults.back().percent;
  }
  if (total > 100) throw usage_error("--fault: the shares are more than 100 %");
}

fault_plan::fault fault_plan::parse(std::string_view text) {
  std::string_view left = text;
  const std::string_view name = take_until(left, ':');
  fault parsed{.of = kind::status, .status = 0, .delay = {}, .percent = 0};
  if (name == "reset") {
    parsed.of = kind::reset;
  } else if (name == "stall") {
    parsed.of = kind::stall;
  } else if (name == "slow") {
    parsed.of = kind::slow;
    parsed.delay = parse_duration("--fault slow:", take_until(left, ':'));
  } else {
    parsed.status = parse_number<int>(name).value_or(0);
  }
  const bool has_share = left.ends_with('%');
  if (has_share) left.remove_suffix(1);
  const auto percent = parse_number<double>(left);
  const bool is_status = parsed.status >= 200 && parsed.status <= 599;
  if (!has_share || !percent || *percent < 0 || (parsed.of == kind::status && !is_status)) {
    throw usage_error(
        fmt::format("--fault {}: expected STATUS:5%, reset:5%, stall:5% or slow:2s:5%", text));
  }
  parsed.percent = *percent;
  return parsed;
}

// Null: this request is answered as it should be.
const fault_plan::fault* fault_plan::choose(state& from) {
  double drawn = std::uniform_real_distribution<double>(0, 100)(from.random);
  for (const fault& f : from.faults) {
    if (drawn < f.percent) return &f;
    drawn -= f.percent;
  }
  return nullptr;
}

http::middleware fault_plan::middleware() const {
  return [plan = state_](http::server_request& request,
                         const http::handler& next) -> task<http::server_reply> {
    const fault* chosen = choose(*plan);
    if (chosen == nullptr) co_return co_await next(request);
    switch (chosen->of) {
      case kind::status:
        co_return http::server_reply::text(chosen->status, "a fault on purpose\n");
      case kind::reset:
        co_return http::server_reply::reset();
      case kind::slow:
        co_await sleep(chosen->delay);
        co_return co_await next(request);
      case kind::stall:
        break;
    }
    co_await request.stopping->wait();  // the client gives up before, which ends this
    co_return http::server_reply::reset();
  };
}

}  // namespace eddy::app
