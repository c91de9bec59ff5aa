// SPDX-License-Identifier: MIT
#include <http/server/server_run.hpp>

#include <list>
#include <memory>
#include <optional>
#include <utility>

#include <eddy/core/error.hpp>
#include <eddy/core/task_group.hpp>
#include <eddy/core/wait_for.hpp>
#include <eddy/io/detail/served_connections.hpp>
#include <eddy/io/serve.hpp>
#include <eddy/io/tls.hpp>
#include <http/server/server_connection.hpp>
#include <http/wire.hpp>

namespace eddy::http::detail {
namespace {

struct entry {
  explicit entry(event& stopping) : state(stopping) {}
  connection_state state;
  std::optional<task_handle<>> task;
};

/// A connection's place among the others, for as long as its task exists.
class registration {
 public:
  registration(std::list<entry>& entries, event& stopping,
               eddy::detail::served_connections::place place)
      : entries_(&entries),
        place_(std::move(place)),
        entry_(entries.emplace(entries.end(), stopping)) {}
  registration(registration&& other) noexcept
      : entries_(std::exchange(other.entries_, nullptr)),
        place_(std::move(other.place_)),
        entry_(other.entry_) {}
  registration& operator=(registration&&) = delete;
  ~registration() {
    if (entries_ != nullptr) entries_->erase(entry_);
  }

  [[nodiscard]] detail::entry& entry() const noexcept { return *entry_; }

 private:
  std::list<detail::entry>* entries_;
  eddy::detail::served_connections::place place_;
  std::list<detail::entry>::iterator entry_;
};

endpoint endpoint_of(const tcp::socket& socket) { return socket.peer_endpoint(); }
endpoint endpoint_of(const unix_socket::socket&) { return {}; }

template <class Listener>
class server_run {
 public:
  server_run(server_core& core, Listener& where) noexcept
      : core_(core),
        listener_(where),
        served_(core.options.max_connections, core.options.max_per_peer) {}

  task<> run() {
    co_await served_.draining().run([this](task_group& group) { return accept(group); },
                                    [this] { stopped(); }, core_.options.drain);
  }

 private:
  using socket = eddy::detail::accepted_t<Listener>;

  task<> accept(task_group& connections) {
    for (;;) {
      // A place first: a connection that is accepted can be served.
      auto place = co_await served_.wait_for_place();
      socket client = co_await listener_.accept();
      if (counts_peers_ && !place.take_for(client.peer_identity())) continue;
      registration registered(entries_, stopping_, std::move(place));
      entry& its = registered.entry();
      task_options named{.name = "connection " + client.peer_name()};
      its.task = connections.create_task(std::move(named), &server_run::serve_connection, this,
                                         std::move(client), std::move(registered));
    }
  }

  void stopped() {
    listener_.close();
    stopping_.set();
    for (entry& e : entries_) {
      if (e.state.idle) e.task->cancel(cancel_kind::shutdown);
    }
  }

  task<> serve_connection(socket client, registration registered) {
    connection_state& state = registered.entry().state;
    const endpoint peer = endpoint_of(client);
    try {
      state.idle = true;
      auto made = co_await wait_for_optional(open(std::move(client)), core_.options.header_timeout);
      state.idle = false;
      if (!made) co_return;
      server_connection served(core_, std::move(*made), peer, state);
      co_await served.run();
    } catch (const tls::error&) {
      // Whoever knocks with anything but TLS is none of our business.
    } catch (const io_error&) {
      // Likewise.
    } catch (const std::exception& error) {
      eddy::detail::report(error.what());
    }
  }

  task<std::unique_ptr<wire>> open(socket client) {
    if (!core_.options.tls) co_return make_wire(std::move(client));
    co_return make_wire(co_await tls::accept(std::move(client), *core_.options.tls));
  }

  server_core& core_;
  Listener& listener_;
  const bool counts_peers_ = core_.options.max_per_peer != server_options{}.max_per_peer;
  event stopping_;
  eddy::detail::served_connections served_;
  std::list<entry> entries_;
};

}  // namespace

task<> serve_from(server_core& core, tcp::listener& where) {
  server_run run(core, where);
  co_await run.run();
}

task<> serve_from(server_core& core, unix_socket::listener& where) {
  server_run run(core, where);
  co_await run.run();
}

}  // namespace eddy::http::detail
