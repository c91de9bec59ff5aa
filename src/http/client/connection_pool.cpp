// SPDX-License-Identifier: MIT
#include <http/client/connection_pool.hpp>

#include <utility>

#include <eddy/core/loop.hpp>

namespace eddy::http::detail {

task<connection_pool::lease> connection_pool::acquire(std::string host) {
  host_use use(shared_from_this(), std::move(host));
  // The host's place first: those who wait for a busy host keep nobody else waiting.
  semaphore::permit of_host = co_await use.owner()->second.places.acquire();
  semaphore::permit of_pool = co_await places_.acquire();
  auto connection = take_idle(use.owner());
  co_return lease(std::move(use), std::move(of_host), std::move(of_pool), std::move(connection));
}

void connection_pool::close_idle() noexcept {
  while (!idle_.empty()) close_oldest();
}

// The one used last, which the server is least likely to have closed.
std::unique_ptr<client_connection> connection_pool::take_idle(host_map::iterator owner) {
  close_expired();
  auto& of_host = owner->second.idle;
  if (of_host.empty()) {
    while (in_use() + idle_.size() > max_connections_ && !idle_.empty()) close_oldest();
    return nullptr;
  }
  const idle_list::iterator newest = of_host.back();
  of_host.pop_back();
  auto connection = std::move(newest->connection);
  idle_.erase(newest);
  return connection;
}

void connection_pool::put_idle(host_map::iterator owner,
                               std::unique_ptr<client_connection> connection) {
  close_expired();
  auto& of_host = owner->second.idle;
  of_host.reserve(of_host.size() + 1);
  idle_.push_back({std::move(connection), loop::current()->now(), owner});
  of_host.push_back(std::prev(idle_.end()));
}

void connection_pool::close_expired() noexcept {
  const time_point now = loop::current()->now();
  while (!idle_.empty() && now - idle_.front().since >= keep_alive_) close_oldest();
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

connection_pool::host_use::host_use(std::shared_ptr<connection_pool> pool, std::string host)
    : pool_(std::move(pool)),
      owner_(pool_->hosts_.try_emplace(std::move(host), pool_->max_per_host_).first) {
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
