// SPDX-License-Identifier: MIT
//
// A cancel must end the accepting at once but let the handlers finish, so it may not reach them as
// it comes. The connections are shielded from it; a task beside them takes it and says `stop_`.
#include <http/server_run.hpp>

#include <utility>

#include <eddy/core/error.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/race.hpp>
#include <eddy/core/shield.hpp>
#include <eddy/core/wait_for.hpp>

namespace eddy::http::detail {

/// A connection's place among the others, for as long as its task exists.
class server_run::registration {
 public:
  registration(server_run& run, semaphore::permit place)
      : run_(&run), place_(std::move(place)), entry_(run.entries_.emplace(run.entries_.end())) {}
  registration(registration&& other) noexcept
      : run_(std::exchange(other.run_, nullptr)),
        place_(std::move(other.place_)),
        entry_(other.entry_) {}
  registration& operator=(registration&&) = delete;
  ~registration() {
    if (run_ == nullptr) return;
    run_->entries_.erase(entry_);
    if (run_->entries_.empty()) run_->all_gone_.set();
  }

  [[nodiscard]] server_run::entry& entry() const noexcept { return *entry_; }

 private:
  server_run* run_;
  semaphore::permit place_;
  std::list<server_run::entry>::iterator entry_;
};

task<> server_run::run() { co_await gather(shield(serve()), stop_when_cancelled()); }

task<> server_run::stop_when_cancelled() {
  struct stopper {
    event& stop;
    ~stopper() { stop.set(); }
  };
  const stopper when_unwound{stop_};
  event never;
  co_await never.wait();
}

task<> server_run::serve() {
  co_await with_task_group([this](task_group& connections) -> task<> {
    co_await race(accept(connections), stop_.wait());
    listener_.close();
    co_await drain(connections);
  });
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

task<> server_run::drain(task_group& connections) {
  all_gone_.clear();
  if (entries_.empty()) co_return;
  for (const entry& e : entries_) {
    if (e.state.idle) e.task->cancel(cancel_kind::shutdown);
  }
  for (entry& e : entries_) e.state.last = true;
  const auto gone = co_await wait_for_optional(all_gone_.wait(), core_.options.drain);
  if (!gone) connections.cancel(cancel_kind::shutdown);
}

task<> server_run::serve_connection(tcp::socket socket, registration place) {
  try {
    server_connection served(core_, std::move(socket), place.entry().state);
    co_await served.run();
  } catch (const std::exception& error) {
    eddy::detail::report(error.what());
  }
}

}  // namespace eddy::http::detail
