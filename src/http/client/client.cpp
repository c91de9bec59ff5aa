// SPDX-License-Identifier: MIT
#include <eddy/http/client.hpp>

#include <utility>

#include <http/client/client_core.hpp>

namespace eddy::http {

client::client(client_options options)
    : core_(std::make_unique<detail::client_core>(std::move(options))) {}

client::client(client&&) noexcept = default;
client& client::operator=(client&&) noexcept = default;
client::~client() = default;

task<response> client::get(std::string url, request_options options) {
  return core_->request("GET", std::move(url), std::move(options));
}

task<response> client::head(std::string url, request_options options) {
  return core_->request("HEAD", std::move(url), std::move(options));
}

task<response> client::post(std::string url, request_options options) {
  return core_->request("POST", std::move(url), std::move(options));
}

task<response> client::put(std::string url, request_options options) {
  return core_->request("PUT", std::move(url), std::move(options));
}

task<response> client::patch(std::string url, request_options options) {
  return core_->request("PATCH", std::move(url), std::move(options));
}

task<response> client::del(std::string url, request_options options) {
  return core_->request("DELETE", std::move(url), std::move(options));
}

task<response> client::options(std::string url, request_options options) {
  return core_->request("OPTIONS", std::move(url), std::move(options));
}

task<response> client::request(std::string method, std::string url, request_options options) {
  return core_->request(std::move(method), std::move(url), std::move(options));
}

void client::use(client_middleware m) { core_->use(std::move(m)); }

task<> client::close(exit_status) {
  core_->pool().close_idle();
  co_return;
}

std::size_t client::idle() const noexcept { return core_->pool().idle(); }

std::size_t client::in_use() const noexcept { return core_->pool().in_use(); }

}  // namespace eddy::http
