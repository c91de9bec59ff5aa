// SPDX-License-Identifier: MIT
#include <eddy/http/metrics.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <stdexcept>

#include <fmt/format.h>

#include <http/message/text.hpp>

namespace eddy::http {
namespace {

void check_name(std::string_view what, std::string_view name, std::string_view others) {
  const auto allowed = [&](char c) {
    return detail::is_letter(c) || detail::is_digit(c) || others.contains(c);
  };
  if (name.empty() || detail::is_digit(name[0]) || !std::ranges::all_of(name, allowed)) {
    throw std::invalid_argument(
        fmt::format("metrics: {} is no name of a {}: letters, digits and {}", detail::quoted(name),
                    what, others));
  }
}

void append_escaped(std::string& out, std::string_view text, bool in_quotes) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\\' || (c == '"' && in_quotes)) {
      out.append({'\\', c});
    } else {
      out += c;
    }
  }
}

// `a="1",b="2"`, by name: in whatever order they are given they are the same.
std::string written(metric_labels labels) {
  std::ranges::sort(labels);
  if (std::ranges::adjacent_find(labels, {}, &metric_labels::value_type::first) != labels.end()) {
    throw std::invalid_argument("metrics: two labels have the same name");
  }
  std::string text;
  for (const auto& [name, value] : labels) {
    check_name("label", name, "_");
    if (!text.empty()) text += ',';
    text.append(name).append("=\"");
    append_escaped(text, value, true);
    text += '"';
  }
  return text;
}

void append_sample(std::string& out, std::string_view name, std::string_view labels, double value) {
  out += name;
  if (!labels.empty()) out.append("{").append(labels).append("}");
  fmt::format_to(std::back_inserter(out), " {}\n", value);
}

// Methods that nobody has heard of must not become labels.
std::string_view label_of_method(std::string_view method) noexcept {
  constexpr std::array<std::string_view, 7> usual{"GET",   "HEAD",   "POST",   "PUT",
                                                  "PATCH", "DELETE", "OPTIONS"};
  return std::ranges::find(usual, method) != usual.end() ? method : "other";
}

}  // namespace

histogram::histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)), counts_(bounds_.size() + 1) {
  if (!std::ranges::is_sorted(bounds_)) {
    throw std::invalid_argument("metrics: the bounds of a histogram ascend");
  }
}

void histogram::observe(double value) noexcept {
  const auto bucket = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
  counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

void histogram::observe(duration value) noexcept {
  observe(std::chrono::duration<double>(value).count());
}

metrics::series& metrics::find(kind of, std::string_view name, std::string_view help,
                               const metric_labels& labels) {
  check_name("figure", name, "_:");
  const std::string text = written(labels);
  const auto place = families_.try_emplace(std::string(name), family{of, std::string(help)}).first;
  if (place->second.of != of) {
    throw std::logic_error(fmt::format("metrics: {} is a figure of another kind already", name));
  }
  return place->second.members.try_emplace(text, series{text}).first->second;
}

counter& metrics::counter(std::string_view name, std::string_view help,
                          const metric_labels& labels) {
  const std::scoped_lock lock(mutex_);
  auto& found = find(kind::counter, name, help, labels).counter;
  if (!found) found = std::make_unique<http::counter>();
  return *found;
}

gauge& metrics::gauge(std::string_view name, std::string_view help, const metric_labels& labels) {
  const std::scoped_lock lock(mutex_);
  auto& found = find(kind::gauge, name, help, labels).gauge;
  if (!found) found = std::make_unique<http::gauge>();
  return *found;
}

histogram& metrics::histogram(std::string_view name, std::string_view help,
                              const metric_labels& labels, std::vector<double> bounds) {
  const std::scoped_lock lock(mutex_);
  auto& found = find(kind::histogram, name, help, labels).histogram;
  if (!found) {
    if (bounds.empty()) bounds = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};
    found = std::make_unique<http::histogram>(std::move(bounds));
  }
  return *found;
}

std::string metrics::text() const {
  constexpr std::array<std::string_view, 3> kinds{"counter", "gauge", "histogram"};
  const std::scoped_lock lock(mutex_);
  std::string out;
  for (const auto& [name, family] : families_) {
    out.append("# HELP ").append(name).append(" ");
    append_escaped(out, family.help, false);
    fmt::format_to(std::back_inserter(out), "\n# TYPE {} {}\n", name,
                   kinds[static_cast<std::size_t>(family.of)]);
    for (const auto& [labels, s] : family.members) {
      if (s.counter) append_sample(out, name, labels, s.counter->value());
      if (s.gauge) append_sample(out, name, labels, s.gauge->value());
      if (!s.histogram) continue;
      const std::string_view comma = labels.empty() ? "" : ",";
      std::uint64_t count = 0;
      for (std::size_t i = 0; i < s.histogram->counts_.size(); ++i) {
        count += s.histogram->counts_[i].load(std::memory_order_relaxed);
        const auto& bounds = s.histogram->bounds_;
        const std::string bound = i < bounds.size() ? fmt::to_string(bounds[i]) : "+Inf";
        append_sample(out, name + "_bucket", fmt::format("{}{}le=\"{}\"", labels, comma, bound),
                      static_cast<double>(count));
      }
      append_sample(out, name + "_sum", labels, s.histogram->sum_.load(std::memory_order_relaxed));
      append_sample(out, name + "_count", labels, static_cast<double>(count));
    }
  }
  return out;
}

handler metrics::page() {
  return [this](server_request&) -> task<server_reply> {
    server_reply reply = server_reply::text(200, text());
    reply.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    co_return reply;
  };
}

std::function<void(const access_record&)> metrics::count_requests() {
  auto& seconds = histogram("http_request_seconds", "Until an answer was complete.");
  auto& bytes = counter("http_response_bytes_total", "Of the bodies of answers.");
  return [this, &seconds, &bytes](const access_record& record) {
    seconds.observe(record.took);
    bytes.add(static_cast<double>(record.sent));
    const std::string status = record.status == 0 ? "none" : std::to_string(record.status);
    counter(
        "http_requests_total", "Requests answered.",
        {{"method", std::string(label_of_method(record.request.head.method))}, {"status", status}})
        .add();
  };
}

}  // namespace eddy::http
