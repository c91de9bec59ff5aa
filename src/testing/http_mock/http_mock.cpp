// SPDX-License-Identifier: MIT
#include <eddy/testing/http_mock.hpp>

#include <memory>
#include <utility>

#include <eddy/core/create_task.hpp>
#include <eddy/core/outcome.hpp>
#include <eddy/io/serve.hpp>
#include <eddy/io/tcp.hpp>
#include <eddy/io/tls.hpp>

#include "connection.hpp"

namespace eddy::testing {
namespace {

// Shares what it was told and what it saw: it may go on for a moment when its owner is gone.
task<> serve_mock(std::shared_ptr<mock_core> core, tcp::listener listener,
                  std::optional<tls::context> secret) {
  co_await serve(listener, [&](tcp::socket client) -> task<> {
    if (secret) {
      try {
        mock_connection served(*core, co_await tls::accept(std::move(client), *secret));
        co_await served.run();
      } catch (const tls::error& error) {
        const bool just_gone = error.kind() == tls::error_kind::truncated;
        if (!just_gone) core->violations.emplace_back(error.what());
      }
    } else {
      mock_connection served(*core, std::move(client));
      co_await served.run();
    }
  });
}

}  // namespace

struct http_mock::state {
  std::shared_ptr<mock_core> core;
  endpoint address;
  bool secret;
  task_handle<> serving;
};

http_mock::http_mock(http_mock_options options) {
  auto core = std::make_shared<mock_core>();
  tcp::listener listener = tcp::listen(options.listen);
  const endpoint address = listener.local_endpoint();
  const bool secret = options.tls.has_value();
  auto serving = create_task({.name = "http_mock " + address.to_string()}, serve_mock, core,
                             std::move(listener), std::move(options.tls));
  state_ = std::make_unique<state>(std::move(core), address, secret, std::move(serving));
}

http_mock::http_mock(http_mock&&) noexcept = default;

http_mock& http_mock::operator=(http_mock&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

http_mock::~http_mock() {
  if (state_) state_->serving.cancel();
}

void http_mock::on(std::string method, std::string target, mock_reply reply) {
  state_->core->script.add(std::move(method), std::move(target), std::move(reply));
}

const endpoint& http_mock::address() const noexcept { return state_->address; }

std::string http_mock::url(std::string_view target) const {
  return (state_->secret ? "https://" : "http://") + state_->address.to_string() +
         std::string(target);
}

const std::deque<mock_request>& http_mock::requests() const noexcept {
  return state_->core->requests;
}

std::size_t http_mock::connections() const noexcept { return state_->core->connections; }

const std::vector<std::string>& http_mock::violations() const noexcept {
  return state_->core->violations;
}

task<> http_mock::close(exit_status) {
  state_->serving.cancel();
  (void)co_await outcome(state_->serving);
}

}  // namespace eddy::testing
