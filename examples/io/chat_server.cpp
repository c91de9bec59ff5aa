// SPDX-License-Identifier: MIT
//
// A chat server: what a client writes, line by line, goes to all others. One that does not read
// holds nobody up: what waits for it is bounded, and it is disconnected when that is full.
#include <eddy/core/race.hpp>
#include <eddy/core/run.hpp>
#include <eddy/flow/event.hpp>
#include <eddy/flow/queue.hpp>
#include <eddy/io/buffered_reader.hpp>
#include <eddy/io/serve.hpp>
#include <eddy/io/tcp.hpp>
#include <iostream>
#include <list>
#include <memory>
#include <string>

// snippet: room
using line_reader = eddy::buffered_reader<eddy::tcp::socket&>;

/// One line for all of its readers: copied for none of them.
using message = std::shared_ptr<const std::string>;

class chat_room {
 public:
  eddy::task<> serve(eddy::tcp::socket socket) {
    line_reader lines(socket);
    const auto name = co_await lines.read_line();
    if (!name) co_return;

    const membership here(members_, *name);
    member& me = here.get();
    say(me, "* " + me.name + " is here");
    // Whichever ends first ends the others: it has left, its connection broke, or it is too slow.
    const auto end = co_await eddy::race(hear(me, lines), talk(me, socket), me.overdue.wait());
    if (end.index() == 2) {
      socket.reset();  // what it has not read by now, it need not get
      say(me, "* " + me.name + " was too slow");
    }
  }

 private:
  struct member {
    explicit member(std::string n) : name(std::move(n)) {}
    std::string name;
    eddy::queue<message> outbox{16};  // what it has not been sent yet
    eddy::event overdue;              // set when the outbox had no room
  };

  /// A place in the list, left when the connection's task ends, in whatever way.
  class membership {
   public:
    membership(std::list<member>& all, std::string name)
        : all_(all), place_(all.emplace(all.end(), std::move(name))) {}
    membership(const membership&) = delete;
    ~membership() { all_.erase(place_); }
    [[nodiscard]] member& get() const { return *place_; }

   private:
    std::list<member>& all_;
    std::list<member>::iterator place_;
  };

  void say(const member& from, std::string text) {
    const auto line = std::make_shared<const std::string>(std::move(text) + '\n');
    for (member& m : members_) {
      if (&m != &from && !m.outbox.try_put(message(line))) m.overdue.set();
    }
  }

  eddy::task<> hear(const member& me, line_reader& lines) {
    while (auto line = co_await lines.read_line()) say(me, me.name + ": " + *line);
  }

  eddy::task<> talk(member& me, eddy::tcp::socket& socket) {
    for (;;) {
      const message next = co_await me.outbox.get();
      co_await socket.write_all(*next);
    }
  }

  std::list<member> members_;
};
// end snippet

eddy::task<eddy::tcp::socket> join(const eddy::tcp::listener& server, std::string name,
                                   std::size_t receive_buffer = 0) {
  auto socket =
      co_await eddy::tcp::connect(server.local_endpoint(), {.receive_buffer = receive_buffer});
  co_await socket.write_all(name + '\n');
  co_return socket;
}

eddy::task<> chat() {
  // Small buffers, so that the demonstration need not be long.
  auto listener = eddy::tcp::listen({eddy::ip_address::loopback_v4(), 0}, {.send_buffer = 4096});
  chat_room room;
  co_await eddy::with_task_group([&](eddy::task_group& group) -> eddy::task<> {
    auto server = group.create_task([&] {
      return eddy::serve(
          listener, [&](eddy::tcp::socket s) { return room.serve(std::move(s)); },
          {.on_error = [](auto, auto&) {}});  // a connection that breaks is a client that has left
    });

    auto ada = co_await join(listener, "Ada");
    line_reader ada_hears(ada);
    auto bob = co_await join(listener, "Bob");
    line_reader bob_hears(bob);
    std::cout << "Ada hears   " << *co_await ada_hears.read_line() << '\n';
    co_await bob.write_all("hello\n");
    std::cout << "Ada hears   " << *co_await ada_hears.read_line() << '\n';

    auto sloth = co_await join(listener, "Sloth", 4096);  // and never reads
    std::cout << "Bob hears   " << *co_await bob_hears.read_line() << '\n';

    // Ada talks, and Bob listens to each word, until Sloth is gone.
    std::string line;
    while (line != "* Sloth was too slow") {
      if (!line.starts_with("*")) co_await ada.write_all(std::string(1024, '.') + '\n');
      line = *co_await bob_hears.read_line();
    }
    std::cout << "Bob hears   " << line << '\n';
    server.cancel();
  });
}

int main() { return eddy::run(chat); }
