// SPDX-License-Identifier: MIT
// Tasks that wait until others have put enough into an account.
#include <iostream>
#include <string>

#include <eddy/core/gather.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/flow/condition.hpp>

namespace {

// snippet: condition
struct account {
  eddy::mutex lock;
  eddy::condition changed{lock};
  int balance = 0;
};

eddy::task<> withdraw(account& from, int amount, std::string who) {
  auto guard = co_await from.lock.lock();
  co_await from.changed.wait(guard, [&] { return from.balance >= amount; });
  from.balance -= amount;  // The guard is held again, and what the predicate said is true.
  std::cout << who << " takes " << amount << ", " << from.balance << " left\n";
}

eddy::task<> deposit(account& to, int amount) {
  const auto guard = co_await to.lock.lock();
  to.balance += amount;
  to.changed.notify_all();
}
// end snippet

eddy::task<> deposits(account& to) {
  for (const int amount : {30, 50, 40}) {
    co_await deposit(to, amount);
    co_await eddy::yield();
  }
}

eddy::task<> start() {
  account shared;
  co_await eddy::gather(withdraw(shared, 70, "Ada"), withdraw(shared, 20, "Bob"), deposits(shared));
}

}  // namespace

int main() { return eddy::run(start); }
