// SPDX-License-Identifier: MIT
#include <http/client/connection_pool.hpp>

#include <utility>

#include <eddy/core/loop.hpp>

namespace eddy::http::detail {

task<connection_pool::lease> connection_pool::acquire(std::string host) {
  host_use use(shared_from_this(), host);
  // The host's place first: those who wait for a busy host keep nobody else waiting.
  semaphore::permit of_host = co_await use.owner()->second.places.acquire();
  semaphore::permit of_pool = co_await places_.acquire();
  auto connection = take_idle(use.owner());
  co_return lease(std::move(use), std::move(of_host), std::move(of_pool), std::move(connection));
}

std::optional<connection_pool::lease> connection_pool::try_acquire(std::string_view host) {
  host_use use(shared_from_this(), host);
  auto of_host = use.owner()->second.places.try_acquire();
  if (!of_host) return std::nullopt;
  auto of_pool = places_.try_acquire();
  if (!of_pool) return std::nullopt;
  auto connection = take_idle(use.owner());
  return lease(std::move(use), std::move(*of_host), std::move(*of_pool), std::move(connection));
}

void connection_pool::close_idle() noexcept {
  while (!idle_.empty()) close_oldest();
}

// The one used last, which the server is least likely to have closed.
connection_pool::connection_list connection_pool::take_idle(host_map::iterator owner) {
  close_expired();
  connection_list taken;
  auto& of_host = owner->second.idle;
  if (of_host.empty()) {
    while (in_use() + idle_.size() > max_connections_ && !idle_.empty()) close_oldest();
    return taken;
  }
  taken.splice(taken.begin(), idle_, of_host.back());
  of_host.pop_back();
  return taken;
}

void connection_pool::put_idle(host_map::iterator owner, connection_list connection) {
  close_expired();
  auto& of_host = owner->second.idle;
  of_host.reserve(of_host.size() + 1);
  connection.front().idle_since = loop::current()->now();
  connection.front().owner = owner;
  of_host.push_back(connection.begin());
  idle_.splice(idle_.end(), connection);
}

void connection_pool::close_expired() noexcept {
  const time_point now = loop::current()->now();
  while (!idle_.empty() && now - idle_.front().idle_since >= keep_alive_) close_oldest();
}

void connection_pool::close_oldest() noexcept {
  const host_map::iterator owner = idle_.front().owner;
  owner->second.idle.erase(owner->second.idle.begin());
  idle_.pop_front();
  drop_if_unused(owner);
}

void connection_pool::drop_if_unused(host_map::iterator owner) noexcept {
  if (owner->second.uses == 0 && owner->second.idle.empty()) hosts_.erase(owner);
}

connection_pool::host_use::host_use(std::shared_ptr<connection_pool> pool, std::string_view host)
    : pool_(std::move(pool)), owner_(pool_->hosts_.find(host)) {
  if (owner_ == pool_->hosts_.end()) {
    owner_ = pool_->hosts_.try_emplace(std::string(host), pool_->max_per_host_).first;
  }
  ++owner_->second.uses;
}

connection_pool::host_use::~host_use() {
  if (pool_ == nullptr) return;
  --owner_->second.uses;
  pool_->drop_if_unused(owner_);
}

void connection_pool::lease::give_back() {
  // Outside a loop there is no clock to say how long it has been idle.
  if (loop::current() == nullptr) return;
  use_.pool().put_idle(use_.owner(), std::move(connection_));
}

}  // namespace eddy::http::detail
