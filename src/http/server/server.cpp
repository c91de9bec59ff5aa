// SPDX-License-Identifier: MIT
#include <eddy/http/server.hpp>

#include <utility>

#include <eddy/http/date.hpp>
#include <http/server/server_core.hpp>
#include <http/server/server_run.hpp>

namespace eddy::http {
namespace detail {

const std::string& date_clock::text() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  if (now != second_) {
    second_ = now;
    text_ = format_date(now);
  }
  return text_;
}

task<server_reply> server_core::call_middleware(server_request& request, std::size_t index) {
  const handler next = [this, index](server_request& r) { return answer(r, index + 1); };
  co_return co_await middlewares[index](request, next);
}

}  // namespace detail

server::server(server_options options)
    : core_(std::make_unique<detail::server_core>(std::move(options))) {}
server::server(server&&) noexcept = default;
server& server::operator=(server&&) noexcept = default;
server::~server() = default;

void server::route(std::string_view method, std::string_view pattern, handler h,
                   route_options options) {
  core_->router.add(method, pattern, std::move(h), options);
}

void server::fallback(handler h) { core_->router.set_fallback(std::move(h)); }

void server::use(middleware m) { core_->middlewares.push_back(std::move(m)); }

task<> server::serve(listener where) {
  co_await std::visit([this](auto& from) { return detail::serve_from(*core_, from); }, where);
}

std::size_t server::connections() const noexcept { return core_->connections; }

std::size_t server::requests() const noexcept { return core_->requests; }

}  // namespace eddy::http
