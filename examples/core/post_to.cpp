// SPDX-License-Identifier: MIT
// Into a loop from a thread without one, and from loop to loop.
#include <future>
#include <iostream>
#include <map>
#include <string>
#include <thread>

#include <eddy/core/post_to.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/to_thread.hpp>

// snippet: service
/// Lives on one loop, so it needs no lock.
class accounts {
 public:
  eddy::task<int> add(std::string who, int amount) {
    co_await eddy::yield();
    co_return balance_[who] += amount;
  }

 private:
  std::map<std::string, int> balance_;
};

/// Waits for a future, as a thread does that runs no loop.
void credit(const eddy::loop_ref& loop, accounts& all) {
  std::future<int> balance = eddy::post_to(loop, &accounts::add, std::ref(all), "Ada", 10);
  std::cout << "Ada has " << balance.get() << '\n';
}
// end snippet

// snippet: call-on
eddy::task<> pay(eddy::loop_ref there, accounts& all) {
  // A task of another loop awaits it, and a cancel would go across.
  const int balance = co_await eddy::call_on(there, &accounts::add, std::ref(all), "Bob", 5);
  std::cout << "Bob has " << balance << '\n';
}
// end snippet

/// A loop's main: its address is good until this ends.
eddy::task<> serve(accounts& all, std::promise<eddy::loop_ref>& address, std::future<void> enough) {
  const eddy::loop_ref here = eddy::this_loop();
  co_await eddy::to_thread([&] { credit(here, all); });
  address.set_value(here);
  co_await eddy::to_thread([&] { enough.wait(); });
}

eddy::task<> start() {
  accounts all;
  std::promise<eddy::loop_ref> address;
  std::promise<void> enough;
  std::thread other([&] {
    eddy::run([&] { return serve(all, address, enough.get_future()); }, {.handle_signals = false});
  });
  const eddy::loop_ref there = address.get_future().get();
  co_await pay(there, all);
  enough.set_value();
  other.join();

  try {
    co_await pay(there, all);
  } catch (const eddy::loop_ended&) {
    std::cout << "that loop has ended\n";
  }
}

int main() { return eddy::run(start); }
