// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <eddy/core/task.hpp>
#include <eddy/core/time.hpp>
#include <eddy/flow/semaphore.hpp>
#include <eddy/http/parser.hpp>
#include <http/input_buffer.hpp>
#include <http/wire.hpp>

namespace eddy::http::detail {

struct client_connection {
  std::unique_ptr<wire> stream;
  input_buffer input = {};
  std::optional<response_parser> parser = {};

  /// Makes the parser ready for the answer to a request with that method.
  void parse_next(std::string_view method, const parse_limits& limits) {
    if (parser) {
      parser->reset(method);
    } else {
      parser.emplace(method, limits);
    }
  }
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
  /// The same, without waiting: nothing if that would be needed.
  [[nodiscard]] std::optional<lease> try_acquire(std::string_view host);

  void close_idle() noexcept;
  [[nodiscard]] std::size_t idle() const noexcept { return idle_.size(); }
  [[nodiscard]] std::size_t in_use() const noexcept {
    return max_connections_ - places_.available();
  }

 private:
  struct host;
  class host_use;
  using host_map = std::map<std::string, host, std::less<>>;
  struct kept_connection : client_connection {
    time_point idle_since{};
    host_map::iterator owner{};
  };
  // The longest idle first; and one alone in a lease, so that no memory is needed to keep it.
  using connection_list = std::list<kept_connection>;

  struct host {
    explicit host(std::size_t most) : places(most) {}
    semaphore places;
    std::vector<connection_list::iterator> idle = {};  // the longest idle first
    std::size_t uses = 0;                              // requests that have a place or wait for one
  };

  [[nodiscard]] connection_list take_idle(host_map::iterator owner);
  void put_idle(host_map::iterator owner, connection_list connection);
  void close_expired() noexcept;
  void close_oldest() noexcept;
  void drop_if_unused(host_map::iterator owner) noexcept;

  std::size_t max_connections_;
  std::size_t max_per_host_;
  duration keep_alive_;
  semaphore places_;
  host_map hosts_;  // only those in use or with idle connections
  connection_list idle_;
};

/// Keeps a host's entry while a request is on its way to it.
class connection_pool::host_use {
 public:
  host_use(std::shared_ptr<connection_pool> pool, std::string_view host);
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
  [[nodiscard]] bool connected() const noexcept { return !connection_.empty(); }
  /// Requires: `connected()`.
  [[nodiscard]] client_connection& connection() noexcept { return connection_.front(); }

  /// Replaces the connection.
  void connect(std::unique_ptr<wire> stream) {
    connection_.clear();
    connection_.emplace_back().stream = std::move(stream);
  }

  /// Leaves the connection to the next request to the same host. The place is still taken.
  void give_back();

 private:
  friend class connection_pool;
  lease(host_use use, semaphore::permit of_host, semaphore::permit of_pool,
        connection_list connection) noexcept
      : use_(std::move(use)),
        of_host_(std::move(of_host)),
        of_pool_(std::move(of_pool)),
        connection_(std::move(connection)) {}

  host_use use_;
  semaphore::permit of_host_;
  semaphore::permit of_pool_;
  connection_list connection_;  // one at most
};

}  // namespace eddy::http::detail
