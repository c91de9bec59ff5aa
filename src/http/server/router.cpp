// SPDX-License-Identifier: MIT
#include <http/server/router.hpp>

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include <eddy/core/wait_for.hpp>

namespace eddy::http::detail {
namespace {

// Takes the first segment, with the slash before it, from the front of `path`.
std::string_view take_segment(std::string_view& path) {
  const std::string_view segment = path.substr(1, path.find('/', 1) - 1);
  path.remove_prefix(1 + segment.size());
  return segment;
}

task<server_reply> answer_not_found(const server_request& request) {
  co_return server_reply::text(404, fmt::format("nothing is served at {}\n", request.path));
}

task<server_reply> answer_other_method(const server_request& request, std::string allowed) {
  server_reply reply{.status = 204};
  if (request.head.method != "OPTIONS") {
    reply = server_reply::text(
        405, fmt::format("{} is not served at {}\n", request.head.method, request.path));
  }
  reply.headers.add("Allow", allowed);
  co_return reply;
}

task<server_reply> answer_in_time(const handler& h, server_request& request, duration limit) {
  auto reply = co_await wait_for_optional(h(request), limit);
  if (reply) co_return std::move(*reply);
  co_return server_reply::text(503, "the server could not answer in time\n");
}

}  // namespace

path_pattern::path_pattern(std::string_view text) {
  if (!text.starts_with('/')) {
    throw std::invalid_argument(fmt::format("route {}: a pattern starts with `/`", text));
  }
  for (std::string_view left = text; !left.empty();) {
    if (!segments_.empty() && segments_.back().kind == segment_kind::rest) {
      throw std::invalid_argument(fmt::format("route {}: `*` stands only at the end", text));
    }
    segments_.push_back(parse_segment(take_segment(left), text));
  }
}

path_pattern::segment path_pattern::parse_segment(std::string_view text, std::string_view pattern) {
  if (text == "*") return {.kind = segment_kind::rest, .text = "*"};
  if (text.size() > 2 && text.starts_with('{') && text.ends_with('}')) {
    const std::string_view name = text.substr(1, text.size() - 2);
    if (name.find_first_of("{}*") == std::string_view::npos) {
      return {.kind = segment_kind::name, .text = std::string(name)};
    }
  }
  if (text.find_first_of("{}*") != std::string_view::npos) {
    throw std::invalid_argument(fmt::format(
        "route {}: the segment `{}` is neither text, nor one {{name}}, nor `*`", pattern, text));
  }
  return {.kind = segment_kind::text, .text = std::string(text)};
}

bool path_pattern::match(std::string_view path, parameters& found) const {
  found.clear();
  for (const segment& wanted : segments_) {
    if (!path.starts_with('/')) return false;
    if (wanted.kind == segment_kind::rest) {
      found.emplace_back(wanted.text, path.substr(1));
      return true;
    }
    const std::string_view segment = take_segment(path);
    if (wanted.kind == segment_kind::text && segment != wanted.text) return false;
    if (wanted.kind == segment_kind::name) {
      if (segment.empty()) return false;
      found.emplace_back(wanted.text, segment);
    }
  }
  return path.empty();
}

std::weak_ordering operator<=>(const path_pattern& left, const path_pattern& right) {
  return std::lexicographical_compare_three_way(
      left.segments_.begin(), left.segments_.end(), right.segments_.begin(), right.segments_.end(),
      [](const path_pattern::segment& a, const path_pattern::segment& b) -> std::weak_ordering {
        if (a.kind != b.kind || a.kind != path_pattern::segment_kind::text)
          return a.kind <=> b.kind;
        return a.text <=> b.text;
      });
}

void router::add(std::string_view method, std::string_view pattern, handler h,
                 const route_options& options) {
  path_pattern parsed(pattern);
  const auto taken = [&](const route& r) {
    return r.method == method && std::is_eq(r.pattern <=> parsed);
  };
  if (std::ranges::any_of(routes_, taken)) {
    throw std::invalid_argument(
        fmt::format("route {} {}: its paths have a handler already", method, pattern));
  }
  const auto place = std::ranges::find_if(
      routes_, [&](const route& r) { return std::is_gt(r.pattern <=> parsed); });
  routes_.insert(place, {std::move(parsed), std::string(method), std::move(h), options});
}

task<server_reply> router::answer(server_request& request) const {
  const route* found = match(request.head.method, request);
  if (found == nullptr && request.head.method == "HEAD") found = match("GET", request);
  if (found != nullptr) return serve(*found, request);
  if (std::string allowed = methods_at(request); !allowed.empty()) {
    return answer_other_method(request, std::move(allowed));
  }
  return fallback_ ? fallback_(request) : answer_not_found(request);
}

task<server_reply> router::serve(const route& by, server_request& request) {
  if (by.options.max_body) request.limit_body(*by.options.max_body);
  if (by.options.timeout) return answer_in_time(by.serve, request, *by.options.timeout);
  return by.serve(request);
}

const router::route* router::match(std::string_view method, server_request& request) const {
  for (const route& r : routes_) {
    if (r.method == method && r.pattern.match(request.path, request.parameters)) return &r;
  }
  return nullptr;
}

// As in an Allow field; empty where no pattern matches.
std::string router::methods_at(server_request& request) const {
  std::vector<std::string_view> methods;
  for (const route& r : routes_) {
    if (r.pattern.match(request.path, request.parameters)) methods.push_back(r.method);
  }
  request.parameters.clear();
  if (request.path != "*" && methods.empty()) return {};
  if (std::ranges::find(methods, "GET") != methods.end()) methods.emplace_back("HEAD");
  methods.emplace_back("OPTIONS");
  std::ranges::sort(methods);
  methods.erase(std::ranges::unique(methods).begin(), methods.end());
  return fmt::format("{}", fmt::join(methods, ", "));
}

}  // namespace eddy::http::detail
