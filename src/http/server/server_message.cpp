// SPDX-License-Identifier: MIT
#include <eddy/http/server_message.hpp>

#include <algorithm>
#include <stdexcept>

#include <fmt/core.h>

#include <eddy/codec/json.hpp>
#include <eddy/codec/percent.hpp>
#include <eddy/http/reply_error.hpp>
#include <http/message/text.hpp>

namespace eddy::http {
namespace {

server_reply typed(int status, std::string_view type, std::string body) {
  return {.status = status, .headers = {{"Content-Type", type}}, .body = std::move(body)};
}

}  // namespace

std::string_view server_request::parameter(std::string_view name) const {
  const auto found =
      std::ranges::find(parameters, name, &std::pair<std::string, std::string>::first);
  if (found == parameters.end()) {
    throw std::out_of_range(
        fmt::format("the pattern of the route that serves {} has no {{{}}}", path, name));
  }
  return found->second;
}

task<form_fields> server_request::form() {
  const std::string_view type = head.headers.get("Content-Type").value_or("");
  if (!detail::equal_ignoring_case(detail::trim(type.substr(0, type.find(';'))),
                                   "application/x-www-form-urlencoded")) {
    throw reply_error(415, "the body must be a form: application/x-www-form-urlencoded");
  }
  co_return parse_form(co_await text());
}

task<json::value> server_request::json() {
  try {
    co_return co_await incoming_body::json();
  } catch (const json::parse_error& error) {
    throw reply_error(400, error.what());
  }
}

server_reply server_reply::text(int status, std::string body) {
  return typed(status, "text/plain; charset=utf-8", std::move(body));
}

server_reply server_reply::html(int status, std::string body) {
  return typed(status, "text/html; charset=utf-8", std::move(body));
}

server_reply server_reply::json(int status, const json::value& document) {
  return typed(status, "application/json", json::write(document));
}

server_reply server_reply::redirect(std::string_view location, int status) {
  return {.status = status, .headers = {{"Location", location}}};
}

server_reply server_reply::reset() { return {.resets_connection = true}; }

}  // namespace eddy::http
