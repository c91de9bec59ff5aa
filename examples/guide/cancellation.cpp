// SPDX-License-Identifier: MIT
// The pitfalls of docs/cancellation.md, each beside what to write instead.
#include <chrono>
#include <exception>
#include <iostream>
#include <memory>
#include <string>

#include <eddy/core/finally.hpp>
#include <eddy/core/run.hpp>
#include <eddy/core/sleep.hpp>
#include <eddy/core/task.hpp>
#include <eddy/core/wait_for.hpp>

using namespace std::chrono_literals;

namespace {

eddy::task<int> answer() {
  co_await eddy::sleep(10ms);
  co_return 42;
}

eddy::task<> work() { co_await eddy::sleep(1h); }

struct transaction {
  std::string name;

  eddy::task<> rollback() {
    co_await eddy::yield();
    std::cout << name << ": rolled back\n";
  }
};

// snippet: catch-all
eddy::task<> with_catch(transaction& t) {
  try {
    co_await work();
  } catch (...) {
    std::cout << t.name << ": failed\n";  // Not on cancel: a cancelled task is not a failed one.
    throw;
  }
}
// end snippet

// snippet: finally
eddy::task<> with_finally(transaction& t) {
  co_await eddy::finally(work, [&](eddy::exit_status end) -> eddy::task<> {
    if (end != eddy::exit_status::ok) co_await t.rollback();
  });
}
// end snippet

// snippet: scope-success
class commits_on_success {
 public:
  ~commits_on_success() {
    if (std::uncaught_exceptions() == before_) std::cout << "committed half of the work\n";
  }

 private:
  int before_ = std::uncaught_exceptions();
};

eddy::task<> with_scope_guard() {
  commits_on_success guard;
  co_await work();  // Cancelled here, the guard sees no exception and takes it for success.
}
// end snippet

// snippet: explicit-commit
class rolls_back {
 public:
  ~rolls_back() { std::cout << (committed_ ? "committed\n" : "rolled back\n"); }
  void commit() { committed_ = true; }

 private:
  bool committed_ = false;
};

eddy::task<> with_explicit_commit() {
  rolls_back guard;
  co_await work();
  guard.commit();
}
// end snippet

// snippet: leaks
struct shape {
  int sides;
};

eddy::task<shape*> leaks() {
  co_return new shape{co_await answer()};  // NOLINT(eddy-half-built): here to be shown
}
// end snippet

// snippet: does-not-leak
eddy::task<std::unique_ptr<shape>> does_not_leak() {
  co_return std::make_unique<shape>(co_await answer());
}
// end snippet

eddy::task<> cancelled(eddy::task<>&& victim, const char* what) {
  if (!co_await eddy::wait_for_optional(std::move(victim), 1ms)) std::cout << what << '\n';
}

eddy::task<> start() {
  transaction first{"first"};
  co_await cancelled(with_catch(first), "with_catch was cancelled");
  transaction second{"second"};
  co_await cancelled(with_finally(second), "with_finally was cancelled");
  co_await cancelled(with_scope_guard(), "with_scope_guard was cancelled");
  co_await cancelled(with_explicit_commit(), "with_explicit_commit was cancelled");
  const std::unique_ptr<shape> kept(co_await leaks());  // It leaks only when it is cancelled.
  std::cout << kept->sides << ' ' << (co_await does_not_leak())->sides << '\n';
}

}  // namespace

int main() { return eddy::run(start); }
