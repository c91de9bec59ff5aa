// SPDX-License-Identifier: MIT
#include <http/server/server_run.hpp>

#include <utility>

#include <eddy/core/error.hpp>

namespace eddy::http::detail {

/// A connection's place among the others, for as long as its task exists.
class server_run::registration {
 public:
  registration(server_run& run, semaphore::permit place)
      : run_(&run),
        place_(std::move(place)),
        member_(run.drain_),
        entry_(run.entries_.emplace(run.entries_.end(), run.stopping_)) {}
  registration(registration&& other) noexcept
      : run_(std::exchange(other.run_, nullptr)),
        place_(std::move(other.place_)),
        member_(std::move(other.member_)),
        entry_(other.entry_) {}
  registration& operator=(registration&&) = delete;
  ~registration() {
    if (run_ != nullptr) run_->entries_.erase(entry_);
  }

  [[nodiscard]] server_run::entry& entry() const noexcept { return *entry_; }

 private:
  server_run* run_;
  semaphore::permit place_;
  eddy::detail::drain::member member_;
  std::list<server_run::entry>::iterator entry_;
};

task<> server_run::run() {
  co_await drain_.run([this](task_group& connections) { return accept(connections); },
                      [this] { stopped(); }, core_.options.drain);
}

task<> server_run::accept(task_group& connections) {
  for (;;) {
    // A place first: a connection that is accepted can be served.
    registration place(*this, co_await core_.places.acquire());
    tcp::socket socket = co_await listener_.accept();
    entry& registered = place.entry();
    registered.task = connections.create_task(
        {.name = "connection " + socket.peer_endpoint().to_string()}, &server_run::serve_connection,
        this, std::move(socket), std::move(place));
  }
}

void server_run::stopped() {
  listener_.close();
  stopping_.set();
  for (entry& e : entries_) {
    if (e.state.idle) e.task->cancel(cancel_kind::shutdown);
  }
}

task<> server_run::serve_connection(tcp::socket socket, registration place) {
  try {
    const endpoint peer = socket.peer_endpoint();
    server_connection served(core_, make_wire(std::move(socket)), peer, place.entry().state);
    co_await served.run();
  } catch (const std::exception& error) {
    eddy::detail::report(error.what());
  }
}

}  // namespace eddy::http::detail
