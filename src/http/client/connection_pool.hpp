// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <eddy/core/task.hpp>
#include <eddy/core/time.hpp>
#include <eddy/flow/semaphore.hpp>
#include <http/input_buffer.hpp>
#include <http/wire.hpp>

namespace eddy::http::detail {

struct client_connection {
  std::unique_ptr<wire> stream;
  input_buffer input = {};
};

/// Connections that wait for their next request, and places for those that are open or being
/// opened.
///
/// Places, and a place's connection, belong to a `lease`, so that however a request ends they come
/// back. Sockets that are idle or in use are never more than `max_connections`.
class connection_pool : public std::enable_shared_from_this<connection_pool> {
 public:
  class lease;

  connection_pool(std::size_t max_connections, std::size_t max_per_host, duration keep_alive)
      : max_connections_(max_connections),
        max_per_host_(max_per_host),
        keep_alive_(keep_alive),
        places_(max_connections) {}

  /// Waits for a place; with an idle connection to `host` if there is one. A host is named so that
  /// what may not share connections differs: by an origin, `https://a.test:8443`.
  ///
  /// Cancellation: safe; an abandoned wait holds nothing.
  [[nodiscard]] task<lease> acquire(std::string host);

  void close_idle() noexcept;
  [[nodiscard]] std::size_t idle() const noexcept { return idle_.size(); }
  [[nodiscard]] std::size_t in_use() const noexcept {
    return max_connections_ - places_.available();
  }

 private:
  struct host;
  class host_use;
  using host_map = std::map<std::string, host>;
  struct idle_connection {
    std::unique_ptr<client_connection> connection;
    time_point since;
    host_map::iterator owner;
  };
  using idle_list = std::list<idle_connection>;  // the longest idle first

  struct host {
    explicit host(std::size_t most) : places(most) {}
    semaphore places;
    std::vector<idle_list::iterator> idle = {};  // the longest idle first
    std::size_t uses = 0;                        // requests that have a place or wait for one
  };

  [[nodiscard]] std::unique_ptr<client_connection> take_idle(host_map::iterator owner);
  void put_idle(host_map::iterator owner, std::unique_ptr<client_connection> connection);
  void close_expired() noexcept;
  void close_oldest() noexcept;
  void drop_if_unused(host_map::iterator owner) noexcept;

  std::size_t max_connections_;
  std::size_t max_per_host_;
  duration keep_alive_;
  semaphore places_;
  host_map hosts_;  // only those in use or with idle connections
  idle_list idle_;
};

/// Keeps a host's entry while a request is on its way to it.
class connection_pool::host_use {
 public:
  host_use(std::shared_ptr<connection_pool> pool, std::string host);
  host_use(host_use&&) noexcept = default;
  host_use& operator=(host_use&&) = delete;
  ~host_use();

  [[nodiscard]] connection_pool& pool() const noexcept { return *pool_; }
  [[nodiscard]] host_map::iterator owner() const noexcept { return owner_; }

 private:
  std::shared_ptr<connection_pool> pool_;
  host_map::iterator owner_;
};

/// A place in the pool, with a connection or room for one; both go when it is destroyed.
class connection_pool::lease {
 public:
  [[nodiscard]] bool connected() const noexcept { return connection_ != nullptr; }
  /// Requires: `connected()`.
  [[nodiscard]] client_connection& connection() const noexcept { return *connection_; }

  /// Replaces the connection.
  void connect(std::unique_ptr<wire> stream) {
    connection_ = std::make_unique<client_connection>(std::move(stream));
  }

  /// Leaves the connection to the next request to the same host. The place is still taken.
  void give_back();

 private:
  friend class connection_pool;
  lease(host_use use, semaphore::permit of_host, semaphore::permit of_pool,
        std::unique_ptr<client_connection> connection) noexcept
      : use_(std::move(use)),
        of_host_(std::move(of_host)),
        of_pool_(std::move(of_pool)),
        connection_(std::move(connection)) {}

  host_use use_;
  semaphore::permit of_host_;
  semaphore::permit of_pool_;
  std::unique_ptr<client_connection> connection_;
};

}  // namespace eddy::http::detail
