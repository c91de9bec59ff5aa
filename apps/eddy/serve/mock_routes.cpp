// SPDX-License-Identifier: MIT
#include "serve/mock_routes.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include <eddy/codec/json.hpp>
#include <eddy/core/sleep.hpp>

#include "errors.hpp"
#include "serve/fault_plan.hpp"

namespace eddy::app {
namespace {

/// An answer that is always the same.
struct mock_answer {
  int status = 200;
  http::headers headers = {};
  std::string body = {};
  duration delay = {};
};

mock_answer parse_answer(const json::object& route) {
  mock_answer answer;
  for (const auto& [name, value] : route) {
    if (name == "status") {
      answer.status = value.as<int>();
    } else if (name == "headers") {
      for (const auto& [field, text] : value.as_object())
        answer.headers.add(field, text.as_string());
    } else if (name == "body") {
      answer.body = value.as_string();
    } else if (name == "json") {
      answer.body = json::write(value);
      if (!answer.headers.contains("Content-Type")) {
        answer.headers.add("Content-Type", "application/json");
      }
    } else if (name == "delay") {
      answer.delay = parse_duration("delay", value.as_string());
    } else if (name != "method" && name != "path") {
      throw std::invalid_argument(fmt::format("\"{}\" is nothing that a route has", name));
    }
  }
  if (answer.status < 200 || answer.status > 599) {
    throw std::invalid_argument(fmt::format("{} is no status of an answer", answer.status));
  }
  return answer;
}

http::handler handler_of(mock_answer answer) {
  return [answer = std::move(answer)](http::server_request&) -> task<http::server_reply> {
    if (answer.delay > duration{}) co_await sleep(answer.delay);
    co_return http::server_reply{
        .status = answer.status, .headers = answer.headers, .body = answer.body};
  };
}

json::value read_routes(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  (void)in.peek();  // a directory is opened, and not read
  if (!in.is_open() || in.bad()) {
    throw usage_error(fmt::format("--mock {}: {}", file, std::system_category().message(errno)));
  }
  const std::string text(std::istreambuf_iterator<char>(in), {});
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    throw usage_error(fmt::format("--mock {}: {}", file, error.what()));
  }
}

}  // namespace

void install_mock_routes(http::server& server, const std::string& file) {
  const json::value routes = read_routes(file);
  if (!routes.is_array()) {
    throw usage_error(fmt::format("--mock {}: expected an array of routes", file));
  }
  std::size_t number = 0;
  for (const json::value& route : routes.as_array()) {
    ++number;
    try {
      server.route(route.get_or("method", std::string("GET")), route["path"].as_string(),
                   handler_of(parse_answer(route.as_object())));
    } catch (const std::exception& error) {
      throw usage_error(fmt::format("--mock {}: route {}: {}", file, number, error.what()));
    }
  }
}

}  // namespace eddy::app
